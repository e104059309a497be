import { createHash, createHmac } from 'node:crypto';
import { verifyReceipt } from '#client/verification/verify-receipt.js';
import { canonicalJson } from '#exchange/commitment.js';
import { privateJwk, type SigningKey } from '#exchange/keys.js';
import type { ExchangeAnswer, Receipt } from '#exchange/answer.js';
import { secretFrom } from '#platform/config/secret-from.js';
import { pseudonym, pseudonymKey } from '#privacy/pseudonym.js';
import { subjectHandle, subjectKey } from '#privacy/subject-handle.js';
import { runCli } from '../../apps/cli/src/run-cli.js';
import { inventCity } from '../../apps/launcher/src/demo/city.js';
import { seededRandom } from '../../apps/launcher/src/demo/random.js';
import { leftBehind } from '../support/left-behind.js';
import type { SignedExchange } from '../support/signed-exchange.js';
import { startSystem, type System } from '../support/system.js';

const START_MS = 180_000;
const TEST_MS = 300_000;
const REGISTER = 20_000;
const PURPOSE = 'gov:HousingEligibility';

let system: System;
let ids: readonly string[];
/** The subject, and a person who is asked about as well and is not erased. */
let [subject, other] = ['', ''];
const sent: SignedExchange[] = [];
const answers: ExchangeAnswer[] = [];
let before: ReadonlyMap<string, Receipt>;

beforeAll(async () => {
  system = await startSystem({
    transport: 'embedded',
    everyAdapter: true,
    environment: { '': { LOG_LEVEL: 'trace' } },
  });
  await agreeOnHouseholds();
  const { people } = system.register;
  [subject, other] = [people[0]!.id, people.at(-1)!.id];
  ids = inventCity(seededRandom(1), REGISTER).people.map(({ id }) => id);
  expect(ids).toHaveLength(REGISTER);
  expect(ids).toContain(subject);
}, START_MS);
afterAll(() => system.stop(), START_MS);

/** A version that does not require the applicant's id: an answer is then about people whom the request does not name. */
async function agreeOnHouseholds(): Promise<void> {
  const agreed = system.layout.files.agreements.find(({ id }) => id === 'housing-residents')!;
  await system.admin().putAgreement({ ...agreed, version: agreed.version + 1, requires: {} });
  const nobody = system.question({ where: byHousehold('H999999') });
  await system.until('the gateway has read it', async () => (await system.ask(nobody)).outcome === 'answered');
}

const byHousehold = (value: string) => [{ field: 'household_id', op: 'eq' as const, value }];
const byId = (id: string) => [{ field: 'resident_id', op: 'eq' as const, value: id }];

/** Every way in which a request about the subject comes to be on record, and one about somebody else. */
async function askAbout(): Promise<void> {
  const household = byHousehold(system.register.people[0]!.household.number);
  const asked = [
    system.sign(system.question({ where: byId(subject) })),
    system.sign(system.question({ where: household })),
    system.sign(system.question({ where: byId(subject), select: ['mobile'] })),
    system.sign(system.question({ where: byId(other) })),
  ];
  const [first] = asked;
  const forged = system.sign(system.question({ where: byId(subject) }));
  const replies = [];
  for (const one of [...asked, first!]) replies.push(await system.send(one));
  const broken = { ...forged.headers, signature: first!.headers.signature! };
  replies.push(await system.send({ ...forged, headers: broken }));
  expect(replies.map(({ outcome }) => outcome)).toEqual([
    ...['answered', 'answered', 'refused', 'answered', 'refused', 'refused'],
  ]);
  sent.push(...asked, forged);
  answers.push(...replies.flatMap((one) => (one.outcome === 'answered' ? [one.answer] : [])));
  await system.untilSettled();
}

const hashes = ['sha256', 'sha512', 'sha1', 'md5'] as const;
const spelled = (bytes: Buffer) => [
  ...[bytes.toString('hex'), bytes.toString('base64url')],
  bytes.toString('base64').replace(/=+$/, ''),
];

/** What somebody who has every key that was not destroyed can compute from an id, and compare with what stays. */
function computable(): (id: string) => readonly string[] {
  const { keys } = system.layout;
  const held: SigningKey[] = [keys.gateway.key, keys.adapters.population.key, keys.operator.key];
  const secrets = held.flatMap((key) => [
    ...['gateway subject', 'adapter subject', 'adapter pseudonym', 'adapter cursor'].map((use) => secretFrom(key, use)),
    Buffer.from(privateJwk(key).d, 'base64url'),
  ]);
  const scopes = [PURPOSE, ''].map((purpose) => ({ department: 'housing', purpose }));
  const handleKeys = secrets.flatMap((secret) => scopes.map((scope) => subjectKey(secret, scope)));
  const pseudonymKeys = secrets.map((secret) => pseudonymKey(secret, { ...scopes[0]!, epoch: '1' }));
  const bodies = [...new Set(sent.map(({ body }) => body))].filter((body) => body.includes(subject));
  return (id) => [
    id,
    ...hashes.flatMap((hash) => spelled(createHash(hash).update(id).digest())),
    ...secrets.flatMap((secret) => spelled(createHmac('sha256', secret).update(id).digest())),
    ...handleKeys.map((key) => subjectHandle(key, id)),
    ...pseudonymKeys.map((key) => pseudonym(key, id)),
    // Whoever knows officer, case and the form of the requests.
    ...bodies.flatMap((body) => spelled(createHash('sha256').update(body.replaceAll(subject, id)).digest())),
  ];
}

async function linked(): Promise<readonly string[]> {
  const left = await leftBehind(system);
  const candidatesOf = computable();
  return ids.filter((id) => candidatesOf(id).some((candidate) => left.has(candidate)));
}

/** How many of the requests, and of the answers, are found by their digests: of those about the subject none may stay. */
async function linkedByContent(): Promise<{ readonly requests: number; readonly answers: number }> {
  const left = await leftBehind(system);
  const found = (texts: readonly string[]) =>
    texts.filter((text) => left.has(createHash('sha256').update(text).digest('base64url'))).length;
  return {
    requests: found(sent.map(({ body }) => body)),
    answers: found(answers.map(({ data }) => canonicalJson(data))),
  };
}

async function erase(...more: readonly string[]) {
  const written: string[] = [];
  const exitCode = await runCli(['subject', 'erase', '-', '--ground', 'consent-withdrawn', '--json', ...more], {
    variables: { SLUICE_HOME: system.layout.home.folder, SLUICE_GATEWAY: system.gatewayUrl() },
    root: process.cwd(),
    folder: process.cwd(),
    out: { write: (text: string) => written.push(text) },
    err: { write: (text: string) => written.push(text) },
    readStdin: () => Promise.resolve(`${subject}\n`),
    fetch,
    now: () => new Date(),
  });
  const { services } = JSON.parse(written.join('')) as { services: { service: string; details: number }[] };
  const details = Object.fromEntries(services.map((one) => [one.service, one.details]));
  return { exitCode, gateway: details.gateway, population: details['adapter/population'] };
}

describe('a person whose traces are erased', () => {
  it(
    'can be found in what is kept before, by who has the keys',
    async () => {
      await askAbout();
      const about = sent.slice(0, 4).map(({ id }) => id);
      before = new Map(await Promise.all(about.map(async (id) => [id, await receiptOf(id)] as const)));
      expect([...before.values()].every(({ opening }) => opening !== undefined)).toBe(true);
      // Those who live with the subject were answered about in one exchange.
      const household = system.register.people.filter((one) => one.household === system.register.people[0]!.household);
      expect(new Set(await linked())).toEqual(new Set([...household.map(({ id }) => id), other]));
      expect(await linkedByContent()).toEqual({ requests: 5, answers: 3 });
    },
    TEST_MS,
  );

  it(
    'loses every detail at the gateway and at the department, once',
    async () => {
      // Named, answered by the household, denied, replayed and forged; and the two releases.
      expect(await erase('--dry-run')).toMatchObject({ exitCode: 0, population: 2 });
      expect(await erase()).toEqual({ exitCode: 0, gateway: 5, population: 2 });
      expect(await erase()).toEqual({ exitCode: 0, gateway: 0, population: 0 });
      await system.untilSettled();
      const log = system.log();
      const entries = await log.entries(await log.checkpoint());
      const types = entries.map(({ content }) => String(content.type)).filter((type) => type.endsWith('.erased.v1'));
      expect(types.toSorted()).toEqual([
        ...Array.from({ length: 5 }, () => 'access.erased.v1'),
        ...Array.from({ length: 2 }, () => 'release.erased.v1'),
      ]);
    },
    TEST_MS,
  );

  it(
    'cannot be linked to anything that stays, by trying every id of the register with every key that stays',
    async () => {
      expect(await linked()).toEqual([other]);
      expect(await linkedByContent()).toEqual({ requests: 1, answers: 1 });
    },
    TEST_MS,
  );

  it(
    'leaves every proof as good as it was, and the receipt says who had it erased and why',
    async () => {
      for (const [id, old] of before) {
        const now = await receiptOf(id);
        const verified = verifyReceipt({ receipt: now }, system.trust);
        expect(verified.checks.filter(({ ok }) => !ok)).toEqual([]);
        expect([now.decision.entry, now.release?.entry]).toEqual([old.decision.entry, old.release?.entry]);
        expect(verifyReceipt({ receipt: old }, system.trust).ok).toBe(true);
        if (id === sent[3]!.id) expect(now).toMatchObject({ opening: old.opening });
        else {
          const by = `key:${system.layout.keys.operator.key.kid}`;
          expect(now).toMatchObject({ erased: { by, ground: 'consent-withdrawn' } });
          expect(now).not.toHaveProperty('opening');
          expect(verified.erasure).toMatchObject({ by, ground: 'consent-withdrawn' });
        }
      }
    },
    TEST_MS,
  );
});

function receiptOf(id: string): Promise<Receipt> {
  return system.client().receipt(id, { wait: 30_000 });
}
