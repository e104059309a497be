import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { auditFamily, type FamilyAudit, type FamilyAuditOptions } from '#client/audit/audit-family.js';
import type { FamilySource } from '#client/audit/family-source.js';
import { FolderFamily } from '#client/audit/folder-log.js';
import { HttpFamily } from '#client/audit/http-log.js';
import { LedgerClient } from '#client/ledger-client.js';
import type { Trust } from '#client/trust.js';
import { verifyReceipt } from '#client/verification/verify-receipt.js';
import { LEDGER_TOPIC } from '#events/contract.js';
import type { Receipt } from '#exchange/answer.js';
import { formatCheckpoint, parseCheckpoint } from '#merkle/checkpoint.js';
import { formatShardList } from '#merkle/shard-list.js';
import { shardSigner } from '#merkle/shard-signer.js';
import { signNote } from '#merkle/sign-note.js';
import { parseNote } from '#merkle/signed-note.js';
import { writeTrust } from '../../apps/launcher/src/setup/write-trust.js';
import { builtApps } from '../support/built-services.js';
import { describeWhere } from '../support/describe-where.js';
import { ownKafkaAvailability } from '../support/kafka-server.js';
import type { ExchangeReply } from '../support/signed-exchange.js';
import { startSystem, type System } from '../support/system.js';

const START_MS = 300_000;
const TEST_MS = 420_000;
const CALLERS = 2;
/** Of both partitions, before anything changes and after each change. */
const ENTRIES = 4;
/** Receipts that are fetched at the same time. */
const AT_ONCE = 16;

describeWhere('Apache Kafka', ownKafkaAvailability())('a family of logs under load', () => {
  let system: System;
  /** As it was handed out while there were two shards. */
  let before: Trust;
  let after: Trust;
  const replies: ExchangeReply[] = [];
  const over = new AbortController();
  let callers: Promise<unknown>;

  beforeAll(async () => {
    const ledger = { LEDGER_SHARDS: '2', ROOT_EVERY_MS: '200' };
    system = await startSystem({ transport: 'kafka', environment: { ledger } });
    before = system.trust;
    callers = Promise.all(
      Array.from({ length: CALLERS }, async () => {
        while (!over.signal.aborted) replies.push(await system.ask());
      }),
    );
  }, START_MS);
  afterAll(async () => {
    over.abort();
    await callers;
    await system.stop();
  }, START_MS);

  async function untilTaken(...shards: readonly number[]): Promise<void> {
    await system.until(`shards ${shards.join(' and ')} have taken events`, async () => {
      const rows = await system.query<{ number: number; size: number }>(
        'ledger',
        'SELECT number, size::int FROM shard',
      );
      const sizes = new Map(rows.map(({ number, size }) => [number, size]));
      return shards.every((shard) => (sizes.get(shard) ?? 0) >= ENTRIES) || JSON.stringify([...sizes]);
    });
  }

  /** As an operator does, beside the ledger that runs. */
  async function closeShard(...args: readonly string[]): Promise<string> {
    const command = join(builtApps(), 'ledger', 'src', 'close-shard.main.js');
    const { environment: env } = system.service('ledger').definition;
    return (await promisify(execFile)(process.execPath, [command, ...args], { env: { ...env } })).stdout;
  }

  it(
    'goes on in a successor when a shard is closed, also where the ledger is killed at that moment',
    async () => {
      await untilTaken(0, 1);
      expect(await closeShard('0', '--dry-run')).toContain('/evidence/2 follows');
      await Promise.all([closeShard('0'), system.kill('ledger')]);
      await system.start('ledger');
      await untilTaken(2);
      await expect(closeShard('0')).rejects.toMatchObject({
        stderr: expect.stringContaining('SHARD_CLOSED') as string,
      });
      expect(await closeShard('1')).toContain('/evidence/3 follows');
      await untilTaken(3);
    },
    TEST_MS,
  );

  it(
    'takes the events of a partition that is added',
    async () => {
      const brokers = system.service('ledger').definition.environment.KAFKA_BROKERS!.split(',');
      const admin = new Kafka({ brokers, clientId: 'operator', logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      await admin.createPartitions({ topicPartitions: [{ topic: LEDGER_TOPIC, count: 3 }] });
      await admin.disconnect();
      await system.end('ledger');
      system.service('ledger').configure({ LEDGER_SHARDS: '3' });
      await system.start('ledger');
      // Those who publish learn of the partition at once when they start.
      await system.end('gateway');
      await system.start('gateway');
      await untilTaken(4);
    },
    TEST_MS,
  );

  it(
    'gives every exchange a receipt that verifies, by trust files from before and after',
    async () => {
      over.abort();
      await callers;
      await system.untilReady();
      await system.untilSettled();
      after = await writeTrust(system.layout.home.trust, system.layout.keys, system.layout.plan);
      const client = system.client();
      const answered = replies.filter(({ outcome }) => outcome === 'answered');
      expect(answered.length).toBeGreaterThan(ENTRIES);
      const origins = new Set<string>();
      const verify = async ({ id }: ExchangeReply) => {
        const receipt = await client.receipt(id, { wait: 60_000 });
        expect(verifyReceipt({ receipt }, after).checks.filter(({ ok }) => !ok)).toEqual([]);
        const own = originsOf(receipt);
        for (const origin of own) origins.add(origin);
        const isOld = own.every((origin) => before.logs.has(origin));
        expect(verifyReceipt({ receipt }, before).ok).toBe(isOld);
      };
      for (let at = 0; at < answered.length; at += AT_ONCE)
        await Promise.all(answered.slice(at, at + AT_ONCE).map(verify));
      expect([...origins].map((origin) => origin.slice(-2)).toSorted()).toEqual(['/0', '/1', '/2', '/3', '/4']);
    },
    TEST_MS,
  );

  const familyIn = (folder: string, present?: readonly string[]) => new FolderFamily(join(folder, 'evidence'), present);

  function audit(source: FamilySource, options: Partial<FamilyAuditOptions> = {}): Promise<FamilyAudit> {
    const [family] = after.families.values();
    return auditFamily(source, { family: family!, known: after.logs, remembered: 100_000, seed: 7, ...options });
  }

  const codes = ({ findings, logs }: FamilyAudit) =>
    [findings, ...logs.map((log) => log.findings)].flat().map(({ code }) => code);

  it(
    'is found whole from its list, at the ledger and in its folder',
    async () => {
      const ledger = new LedgerClient({ ledger: system.ledgerUrl });
      const { list } = (await ledger.family())!;
      const served = new HttpFamily(new URL('.', new URL(list, system.ledgerUrl)));
      await system.until('both shards are closed in the list', async () => {
        const { list: shown } = await audit(served);
        return (
          shown?.shards.filter(({ closed }) => closed !== undefined).length === 2 || JSON.stringify(shown?.version)
        );
      });
      for (const source of [served, familyIn(system.layout.home.ledger)]) {
        const whole = await audit(source);
        expect(codes(whole)).toEqual([]);
        expect(whole.list?.shards.map(({ number, partition }) => [number, partition])).toEqual([
          [0, 0],
          [1, 1],
          [2, 0],
          [3, 1],
          [4, 2],
        ]);
        expect(whole.logs).toHaveLength(6);
        expect(whole.versions.compared).toBeGreaterThan(2);
      }
    },
    TEST_MS,
  );

  it(
    'is refused where somebody damages it, by the name of what was done',
    async () => {
      const copy = mkdtempSync(join(tmpdir(), 'sluice-family-'));
      try {
        cpSync(system.layout.home.ledger, copy, { recursive: true });
        const [list, folder] = [join(copy, 'evidence', 'shards'), join(copy, 'evidence')];
        rmSync(join(folder, 'lists', '2'));
        expect(codes(await audit(familyIn(copy)))).toEqual(['LIST_MISSING']);
        cpSync(join(folder, '.lists', '2'), join(folder, 'lists', '2'));
        const whole = readFileSync(list, 'utf8');
        const changed = async (text: string) => {
          writeFileSync(list, text);
          return codes(await audit(familyIn(copy)));
        };
        expect(await changed(whole.replace(' open', ' open '))).toEqual(['LIST_REFUTED']);
        const rolledBack = await changed(readFileSync(join(folder, '.lists', '2'), 'utf8'));
        expect(rolledBack).toEqual(expect.arrayContaining(['LIST_ROLLED_BACK', 'SHARD_HIDDEN']));
        // What only the ledger's owner could do.
        const { key } = system.layout.keys.ledger.key;
        const family = shardSigner([...after.families.keys()][0]!, key);
        const { list: read } = await audit(new FolderFamily(join(system.layout.home.ledger, 'evidence')));
        const hidden = { ...read!, shards: read!.shards.filter(({ number }) => number !== 1) };
        expect(await changed(signNote(formatShardList(hidden), [family]))).toEqual(
          expect.arrayContaining(['LIST_DIFFERS', 'SHARD_HIDDEN']),
        );
        writeFileSync(list, whole);
        const root = parseCheckpoint(parseNote(readFileSync(join(folder, 'root', 'checkpoint'))).text);
        const fork = signNote(formatCheckpoint({ ...root, root: new Uint8Array(32) }), [shardSigner(root.origin, key)]);
        expect(codes(await audit(familyIn(copy), { seen: [{ name: 'witness', note: fork }] }))).toEqual(['LOG_FORKED']);
        cpSync(join(folder, '2'), join(folder, '0'), { recursive: true });
        expect(codes(await audit(familyIn(copy)))).not.toEqual([]);
      } finally {
        rmSync(copy, { recursive: true });
      }
    },
    TEST_MS,
  );
});

function originsOf({ decision, release, failure, erasure }: Receipt): readonly string[] {
  return [decision, release, failure, erasure].flatMap((one) => one?.origin ?? []);
}
