import { randomBytes } from 'node:crypto';
import { request } from 'undici';
import { verifyReceipt } from '#client/verification/verify-receipt.js';
import { inclusionProof, verifyInclusion } from '#merkle/inclusion-proof.js';
import { leafHash } from '#merkle/tree-hash.js';
import { ask, attempt, type Asker } from '../../apps/launcher/src/sample-task/ask.js';
import { describeOnEachTransport } from '../support/each-transport.js';
import type { LoggedEntry } from '../support/published-entries.js';
import { startSystem, type System } from '../support/system.js';

const START_MS = 180_000;
const TEST_MS = 300_000;
const RECEIPT_MS = 15_000;

describeOnEachTransport('a whole system', (transport) => {
  let system: System;

  beforeAll(async () => {
    // Nothing may leak, whatever is logged.
    system = await startSystem({ transport, environment: { '': { LOG_LEVEL: 'trace' } } });
  }, START_MS);
  afterAll(() => system.stop(), START_MS);

  const asker = (): Asker => {
    const { keys, files } = system.layout;
    const { key } = keys.systems.get(files.jointCheck.system)!;
    return { gateway: system.gatewayUrl(), key, trust: system.trust };
  };

  async function entries(): Promise<readonly LoggedEntry[]> {
    await system.untilSettled();
    const log = system.log();
    return log.entries(await log.checkpoint());
  }

  it(
    'answers what was agreed, with a receipt that verifies offline',
    async () => {
      const { jointCheck } = system.layout.files;
      const outcome = await ask(asker(), jointCheck, jointCheck.asks[0]!);
      expect(outcome.came).toBe('released');
      expect(outcome.answer?.data.rows).toEqual([
        {
          resident_id: '990106********002X',
          name: '林**',
          birth_date: '1992',
          household_id: expect.stringMatching(/^H\d{6}$/) as unknown,
          household_size: 3,
          district: '西湖区',
          registered_since: expect.stringMatching(/^\d{4}-\d{2}$/) as unknown,
        },
      ]);
      const receipt = await system.client().receipt(outcome.receiptId!, { wait: RECEIPT_MS });
      const evidence = { receipt, request: outcome.request, answer: outcome.answer! };
      const verified = verifyReceipt(evidence, system.trust);
      expect(verified.checks.filter(({ ok }) => !ok)).toEqual([]);
      expect(verified).toMatchObject({ ok: true, decision: { outcome: 'permit' }, release: { rows: 1 } });

      const forged = structuredClone(evidence.answer);
      forged.data.rows[0]!.household_size = 1;
      expect(verifyReceipt({ ...evidence, answer: forged }, system.trust).ok).toBe(false);
    },
    TEST_MS,
  );

  it(
    'refuses what was not agreed, and has each refusal with its reason in the log',
    async () => {
      const { jointCheck } = system.layout.files;
      const known = new Set((await entries()).map(({ index }) => index));
      for (const tried of jointCheck.attempts) {
        const outcome = await attempt(asker(), jointCheck, tried);
        expect([tried.title.en, outcome.came]).toEqual([tried.title.en, tried.refused]);
      }
      const fresh = (await entries()).filter(({ index }) => !known.has(index));
      const denied = fresh.filter(({ content }) => content.outcome === 'deny');
      expect(denied.map(({ content }) => content.reason)).toEqual(jointCheck.attempts.map(({ refused }) => refused));
      const stranger = denied.filter(({ content }) => content.authenticated === false);
      expect(stranger.map(({ content }) => content.reason)).toEqual(['SIGNATURE_INVALID']);
      // Of all that was tried, one request was permitted: the one that was then replayed.
      const [permit, release, ...others] = fresh.filter(({ content }) => content.outcome !== 'deny');
      const replay = denied.find(({ content }) => content.reason === 'REPLAYED');
      expect([permit?.id, release?.id, others]).toEqual([replay?.content.repeats, replay?.content.repeats, []]);
      for (const { id } of denied.filter(({ content }) => content.authenticated === true)) {
        const receipt = await system.client().receipt(id, { wait: RECEIPT_MS });
        expect(verifyReceipt({ receipt }, system.trust)).toMatchObject({ ok: true, decision: { outcome: 'deny' } });
      }
    },
    TEST_MS,
  );

  it(
    "carries the caller's trace to the ledger's log line",
    async () => {
      const trace = randomBytes(16).toString('hex');
      const traceparent = `00-${trace}-${randomBytes(8).toString('hex')}-01`;
      const reply = await system.send(system.sign(), 'gateway', { traceparent });
      expect(reply.outcome).toBe('answered');
      await system.untilSettled();
      const [, ledger] = [...system.logFiles()].find(([file]) => file.endsWith('/ledger.log'))!;
      const lines = ledger.split('\n').filter((line) => line.includes(trace));
      expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toContain('sequenced');
    },
    TEST_MS,
  );

  it(
    'shows a log whose tiles make up what it signed, to whoever reads it from outside',
    async () => {
      await entries();
      const log = system.log();
      const checkpoint = await log.checkpoint();
      const all = await log.entries(checkpoint);
      expect(all.length).toBe(checkpoint.size);
      for (const { index, text } of all) {
        const proof = await inclusionProof(index, checkpoint.size, log);
        verifyInclusion(proof, leafHash(Buffer.from(text)), index, checkpoint);
      }
    },
    TEST_MS,
  );

  it(
    'keeps every person out of logs, entries and metrics',
    async () => {
      const person = system.register.people[0]!;
      const secrets = {
        officer: `经办人${randomBytes(6).toString('hex')}`,
        case: `案件${randomBytes(6).toString('hex')}`,
        word: `z${randomBytes(6).toString('hex')}`,
      };
      for (const asked of indiscreet(person.id, person.name, secrets)) {
        await request(`${system.gatewayUrl()}/v1/exchange?resident=${person.id}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(asked),
        }).then(({ body }) => body.dump());
        await system.ask({ ...system.question(), ...asked });
      }
      const texts = [
        ...system.logFiles(),
        ...(await system.metrics()),
        ...(await entries()).map(({ index, text }) => [`entry ${index}`, text] as const),
      ];
      const { jointCheck } = system.layout.files;
      const isAsker = ([, text]: readonly [string, string]) => text.includes(jointCheck.system);
      // Who asked is no secret: what is looked through is what was written about these requests.
      expect(texts.filter(isAsker).length).toBeGreaterThan(10);
      expect(texts.filter(([, text]) => text === '')).toEqual([]);
      const named = [person.id, person.name, person.phone!, person.household.address, ...Object.values(secrets)];
      const needles = [...named, jointCheck.officer, jointCheck.case];
      const found = texts.flatMap(([where, text]) =>
        needles.filter((needle) => text.includes(needle)).map((needle) => `${needle} in ${where}`),
      );
      expect(found).toEqual([]);
    },
    TEST_MS,
  );
});

/** Requests that bring a person's data wherever a caller can write something. */
function indiscreet(id: string, name: string, secrets: { officer: string; case: string; word: string }) {
  const { officer, word } = secrets;
  const about = { officer, case: secrets.case };
  return [
    about,
    { ...about, purpose: `gov:${word}` },
    { ...about, basis: { law: name, article: id } },
    { ...about, resource: `population/${word}` },
    { ...about, select: [word] },
    { ...about, where: [{ field: word, op: 'eq' as const, value: id }] },
    { ...about, where: [{ field: 'mobile', op: 'eq' as const, value: name }] },
    { ...about, where: [{ field: 'household_size', op: 'eq' as const, value: id }] },
    {
      ...about,
      where: [{ field: 'resident_id', op: 'eq' as const, value: `'; DROP TABLE residents; -- ${id} ${name}` }],
    },
    { ...about, cursor: `${id}${word}` },
  ];
}
