import { request } from 'undici';
import { LedgerClient } from '#client/ledger-client.js';
import { verifyReceipt } from '#client/verification/verify-receipt.js';
import { consistencyProof, verifyConsistency } from '#merkle/consistency-proof.js';
import { openCheckpoint, type OpenedCheckpoint } from '#merkle/open-checkpoint.js';
import { keysOfWitnesses } from '#merkle/witness-policy.js';
import { startSystem, type System } from '../support/system.js';

const START_MS = 180_000;
const TEST_MS = 120_000;
const [ONE, ANOTHER] = ['adapter-real-estate', 'adapter-transport'] as const;
const nameOf = (adapter: string) => adapter.replace('adapter-', 'sluice.localhost/witness/');

let system: System;
const shown: OpenedCheckpoint[] = [];

beforeAll(async () => {
  system = await startSystem({
    ...{ transport: 'embedded', everyAdapter: true, witnesses: true },
    environment: { ledger: { PUBLISH_WITHIN_MS: '3000' } },
  });
}, START_MS);
afterAll(() => system.stop(), START_MS);

/** What readers are shown, with the cosignatures that hold. */
async function look(): Promise<OpenedCheckpoint> {
  const [log] = system.trust.logs.values();
  const witnesses = keysOfWitnesses(system.trust.witnesses!);
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
