import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { LedgerClient } from '#client/ledger-client.js';
import { verifyReceipt } from '#client/verification/verify-receipt.js';
import { consistencyProof, verifyConsistency } from '#merkle/consistency-proof.js';
import { nodeNoteSigner } from '#merkle/node-cryptography.js';
import { formatVkey, NOTE_ALGORITHM, type NoteKey } from '#merkle/note-key.js';
import { openCheckpoint, type OpenedCheckpoint } from '#merkle/open-checkpoint.js';
import { keysOfWitnesses } from '#merkle/witness-policy.js';
import { keyFile } from '../../apps/launcher/src/home/key-files.js';
import { allAlerts, isReconciled } from '../support/found-alerts.js';
import { ADAPTER } from '../support/system-ground.js';
import { startSystem, type System } from '../support/system.js';
import { outcomeOf } from './outcomes.js';

const START_MS = 180_000;
const TEST_MS = 300_000;
const [ONE, ANOTHER] = ['adapter-real-estate', 'adapter-transport'] as const;
const nameOf = (adapter: string) => adapter.replace('adapter-', 'sluice.localhost/witness/');

const HOUR = 3_600_000;

interface WitnessSetting {
  readonly keys?: readonly object[];
  readonly witnesses?: readonly { readonly name: string; readonly keys: readonly object[] }[];
}
type Change = (setting: WitnessSetting) => WitnessSetting;

let system: System;
const shown: OpenedCheckpoint[] = [];
/** Of witnesses, beside those that the trust file names. */
const newKeys: NoteKey[] = [];
let clocks: string;

beforeAll(async () => {
  clocks = mkdtempSync(join(tmpdir(), 'sluice-clocks-'));
  const clockOf = (name: string) => {
    setClock(name, 0);
    const preload = join(import.meta.dirname, '..', 'support', 'shifted-clock.mjs');
    return { NODE_OPTIONS: `--import=${preload}`, SHIFT_FILE: join(clocks, name) };
  };
  system = await startSystem({
    ...{ transport: 'embedded', everyAdapter: true, witnesses: true },
    environment: {
      ...Object.fromEntries(['gateway', ADAPTER, ONE].map((name) => [name, clockOf(name)])),
      ledger: { PUBLISH_WITHIN_MS: '3000', ...clockOf('ledger') },
    },
  });
}, START_MS);
afterAll(async () => {
  await system.stop();
  rmSync(clocks, { recursive: true });
}, START_MS);

/** From now on, in milliseconds ahead of the others'. */
function setClock(name: string, ahead: number): void {
  writeFileSync(join(clocks, name), String(ahead));
}

/** What readers are shown, with the cosignatures that hold. */
async function look(): Promise<OpenedCheckpoint> {
  const [log] = system.trust.logs.values();
  const witnesses = [...keysOfWitnesses(system.trust.witnesses!), ...newKeys];
  const [{ checkpoint } = { checkpoint: '' }] = await new LedgerClient({ ledger: system.ledgerUrl }).shards();
  const opened = openCheckpoint(checkpoint, { log: log!, witnesses });
  shown.push(opened);
  return opened;
}

const sequenced = async () =>
  (await system.query<{ size: number }>('ledger', 'SELECT size::int AS size FROM shard WHERE number = 0'))[0]!.size;
const cosigners = ({ cosignatures }: OpenedCheckpoint) => cosignatures.map(({ name }) => name);

/** Asks once, so that the log grows. Resolves with how far it is sequenced. */
async function grow(): Promise<number> {
  const before = await sequenced();
  expect((await system.ask()).outcome).toBe('answered');
  await system.until('both sides are sequenced', async () => (await sequenced()) >= before + 2);
  return sequenced();
}

const untilShown = (size: number) => system.until(`${size} entries are shown`, async () => (await look()).size >= size);

it(
  'gives a receipt whose checkpoints at least three of the four departments cosigned',
  async () => {
    const client = system.client();
    const asked = await client.ask(system.question());
    const receipt = await client.receipt(asked.receipt.id, { wait: 30_000 });
    expect(receipt.decision.quorum?.cosigned.length).toBeGreaterThanOrEqual(3);
    const { ok, checks } = verifyReceipt({ receipt, request: asked.request }, system.trust);
    expect(ok).toBe(true);
    expect(checks.map(({ name }) => name)).toEqual(expect.arrayContaining(['decision-witnessed', 'release-witnessed']));
  },
  TEST_MS,
);

it(
  'publishes on when one department is away, and says which',
  async () => {
    await system.kill(ONE);
    await untilShown(await grow());
    const names = cosigners(await look());
    expect(names).toHaveLength(3);
    expect(names).not.toContain(nameOf(ONE));
    const { witnesses } = await new LedgerClient({ ledger: system.ledgerUrl }).witnesses();
    expect(witnesses.map(({ name }) => name)).toContain(nameOf(ONE));
    const metrics = await (await request(`${system.ledgerUrl}/metrics`)).body.text();
    expect(metrics).toContain(`ledger_witness_away{shard="0",witness="${nameOf(ONE)}"} 1`);
  },
  TEST_MS,
);

it(
  'sequences on and shows nothing new when two are away, and says which',
  async () => {
    await system.kill(ANOTHER);
    const before = await look();
    const size = await grow();
    await system.until('the ledger says that it cannot publish', async () => {
      const { statusCode, body } = await request(`${system.ledgerUrl}/health/ready`);
      const text = await body.text();
      return statusCode === 503 && text.includes(nameOf(ONE)) && text.includes(nameOf(ANOTHER));
    });
    const after = await look();
    expect([after.size, after.root]).toEqual([before.size, before.root]);
    expect(size).toBeGreaterThan(after.size);
    const log = [...system.logFiles()].find(([file]) => file.endsWith('ledger.log'))![1];
    expect(log).toContain('QUORUM_MISSING: 2 of the 3 cosignatures needed');
  },
  TEST_MS,
);

it(
  'waits for them over a restart of its own, and shows everything when they are back',
  async () => {
    await system.kill('ledger');
    await system.start('ledger');
    const size = await grow();
    await Promise.all([ONE, ANOTHER].map((name) => system.start(name)));
    await untilShown(size);
    await system.untilReady();
    await system.until('all four have cosigned', async () => cosigners(await look()).length === 4);
  },
  TEST_MS,
);

it(
  'changes the key of a department that the quorum needs, and publishes on at each step',
  async () => {
    const name = nameOf(ONE);
    await system.kill(ANOTHER);
    const made = keyFile(system.layout.home.keys, 'another-witness-key');
    const { key } = nodeNoteSigner(name, made.key.key, NOTE_ALGORITHM.cosignature);
    newKeys.push(key);
    const step = async (part: string, variable: 'WITNESS_FILE' | 'WITNESS_POLICY_FILE', change: Change) => {
      const file = system.service(part).definition.environment[variable]!;
      writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')) as WitnessSetting)));
      await system.end(part);
      await system.start(part);
      await untilShown(await grow());
      return (await look()).cosignatures.filter((one) => one.name === name);
    };
    const inPolicy =
      (change: (keys: readonly object[]) => readonly object[]): Change =>
      ({ witnesses = [], ...rest }) => ({
        ...rest,
        witnesses: witnesses.map((one) => (one.name === name ? { ...one, keys: change(one.keys) } : one)),
      });
    await step(ONE, 'WITNESS_FILE', ({ keys = [], ...rest }) => ({ ...rest, keys: [...keys, { file: made.file }] }));
    await step(
      'ledger',
      'WITNESS_POLICY_FILE',
      inPolicy((keys) => [...keys, { vkey: formatVkey(key) }]),
    );
    await step(ONE, 'WITNESS_FILE', ({ keys = [], ...rest }) => ({ ...rest, keys: keys.slice(1) }));
    const left = await step(
      'ledger',
      'WITNESS_POLICY_FILE',
      inPolicy((keys) => keys.slice(1)),
    );
    expect(left.map(({ keyId }) => keyId)).toEqual([key.keyId]);
    await system.start(ANOTHER);
  },
  TEST_MS,
);

it(
  'gives nothing out, accuses nobody and shows one history where one clock is an hour off',
  async () => {
    const outcomes = {
      ...{ gateway: 'SIGNATURE_EXPIRED', [ADAPTER]: 'ADAPTER_ANSWER_INVALID' },
      ...{ ledger: 'answered', [ONE]: 'answered' },
    };
    const askAndLook = async (outcome: string, question = system.question()) => {
      const before = await sequenced();
      expect(outcomeOf(await system.ask(question))).toBe(outcome);
      await system.until('it is sequenced', async () => (await sequenced()) > before);
      await untilShown(await sequenced());
    };
    for (const [name, outcome] of Object.entries(outcomes)) {
      for (const [off, expected] of [
        [HOUR, outcome],
        [-HOUR, outcome],
        [0, 'answered'],
      ] as const) {
        setClock(name, off);
        await askAndLook(expected);
      }
    }
    // A permit waits for its release while the ledger is started an hour later.
    system.signal(ADAPTER, 'SIGSTOP');
    const held = system.ask();
    setClock('ledger', HOUR);
    await system.end('ledger');
    await system.start('ledger');
    await askAndLook('FIELD_NOT_AGREED', system.question({ select: ['mobile'] }));
    setClock('ledger', 0);
    system.signal(ADAPTER, 'SIGCONT');
    await held;
    await system.until('all is reconciled', () => isReconciled(system.ledgerUrl));
    expect(await allAlerts(system.ledgerUrl)).toEqual([]);
  },
  TEST_MS,
);

it(
  'never showed two heads of one size, and each continues the one before',
  async () => {
    const newest = await look();
    for (const older of shown) {
      verifyConsistency(await consistencyProof(older.size, newest.size, system.log()), older, newest);
      expect(
        shown.filter(({ size }) => size === older.size).every(({ root }) => Buffer.compare(root, older.root) === 0),
      ).toBe(true);
    }
    for (const older of shown.filter(({ size }) => size > 0)) expect(cosigners(older).length).toBeGreaterThanOrEqual(3);
  },
  TEST_MS,
);
