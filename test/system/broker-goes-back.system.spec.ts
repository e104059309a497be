import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { LEDGER_TOPIC } from '#events/contract.js';
import { fromKafka } from '#platform/transport/kafka/kafka-batch.js';
import { describeWhere } from '../support/describe-where.js';
import { ownKafkaAvailability } from '../support/kafka-server.js';
import { readTopic } from '../support/read-topic.js';
import { startS3, type S3Server } from '../support/s3-server.js';
import type { ExchangeReply } from '../support/signed-exchange.js';
import { ADAPTER } from '../support/system-ground.js';
import { startSystem, type System } from '../support/system.js';
import { reconcile } from '../torture/reconcile.js';

const START_MS = 300_000;
const TEST_MS = 240_000;
const ASKED = 4;

// S3Mock, where the tiles are, asks for no more than Kafka does.
describeWhere('Apache Kafka', ownKafkaAvailability())('what went back', () => {
  let server: S3Server;
  let system: System;
  let older: string;
  const undo = new AsyncDisposableStack();
  const replies: ExchangeReply[] = [];

  const partition = () => join(system.layout.home.folder, 'kafka', 'data', `${LEDGER_TOPIC}-0`);
  const ask = async () => {
    for (let asked = 0; asked < ASKED; asked += 1) replies.push(await system.ask());
  };

  beforeAll(async () => {
    server = undo.adopt(await startS3(), (one) => one.stop());
    const bucket = { TILES: `s3://${await server.newBucket()}/public`, S3_ENDPOINT: server.door.url };
    const environment = { ledger: { ...bucket, ...server.credentials } };
    system = undo.adopt(await startSystem({ transport: 'kafka', environment }), (one) => one.stop());
    older = join(system.layout.home.folder, 'older');
    await ask();
    await system.untilSettled();
    await system.end('kafka');
    cpSync(partition(), older, { recursive: true });
    await system.start('kafka');
    await system.untilReady();
  }, START_MS);
  afterAll(() => undo.disposeAsync(), START_MS);

  const client = () => new Kafka({ brokers: [...system.kafkaBrokers], clientId: 'test', logLevel: logLevel.NOTHING });

  /** The broker's end of the partition, and how far the ledger has told it that it is. */
  async function offsets(): Promise<{ readonly end: number; readonly taken: number }> {
    const admin = client().admin();
    await admin.connect();
    const [end] = await admin.fetchTopicOffsets(LEDGER_TOPIC);
    const [group] = await admin.fetchOffsets({ groupId: 'ledger', topics: [LEDGER_TOPIC] });
    await admin.disconnect();
    return { end: Number(end!.high), taken: Number(group!.partitions[0]!.offset) };
  }

  /** How many events are in what the broker has from this offset on. */
  async function eventsFrom(offset: number): Promise<number> {
    const records = await readTopic(client(), LEDGER_TOPIC);
    return records.filter((record) => Number(record.offset) >= offset).flatMap((record) => fromKafka(record).unpack())
      .length;
  }

  async function untilTaken(): Promise<void> {
    await system.until('all is taken', async () => {
      const { end, taken } = await offsets();
      return end === taken;
    });
  }

  async function goBack(): Promise<void> {
    await system.kill('kafka');
    rmSync(partition(), { recursive: true });
    cpSync(older, partition(), { recursive: true });
    await system.start('kafka');
  }

  function named(): readonly { readonly taken: string; readonly has: string }[] {
    const [, text] = [...system.logFiles()].find(([file]) => file.endsWith('/ledger.log'))!;
    const lines = text.split('\n').filter((line) => line.includes('the broker has lost events'));
    return lines.map((line) => JSON.parse(line) as { taken: string; has: string });
  }

  async function expectEachOnce(): Promise<void> {
    await system.untilSettled();
    const entries = await system.log().entries(await system.log().checkpoint());
    const own = entries.filter(({ type }) => type.startsWith('access.'));
    expect(reconcile(replies, own)).toMatchObject({ faults: [], lost: 0, duplicated: 0 });
  }

  it(
    'a broker that does is named when the ledger starts, and what it lost before it was sequenced comes again from the outboxes',
    async () => {
      await ask();
      await system.untilSettled();
      await untilTaken();
      const { taken } = await offsets();
      await system.kill('ledger');
      await ask();
      await system.until('the broker has it', async () => (await eventsFrom(taken)) >= 2 * ASKED);
      await goBack();
      // What is published again by the process that published it is so after a minute; by the next one, in seconds.
      for (const name of ['gateway', ADAPTER]) {
        await system.kill(name);
        await system.start(name);
      }
      await system.start('ledger');
      await expectEachOnce();
      expect(named()[0]).toMatchObject({ taken: String(taken) });
      expect(Number(named()[0]!.has)).toBeLessThan(taken);
      expect(replies.every(({ outcome }) => outcome === 'answered')).toBe(true);
    },
    TEST_MS,
  );

  it(
    'a broker that does is named by a ledger that goes on through it',
    async () => {
      const before = named().length;
      // More records than come after it: as many again in the places of what was lost, and nobody could tell by offsets.
      for (let asked = 0; asked < 2 * ASKED; asked += 1) {
        replies.push(await system.ask());
        await system.untilSettled();
      }
      await untilTaken();
      await goBack();
      await ask();
      await expectEachOnce();
      await system.until('it is named', () => Promise.resolve(named().length > before));
    },
    TEST_MS,
  );

  it(
    'databases that do, beside a bucket and a topic that do not, are given what these have, and nothing twice',
    async () => {
      const { postgres } = system.layout.home;
      const copy = (from: string, to: string) => execFileSync('cp', ['--archive', from, to]);
      await system.end('postgres');
      copy(postgres, `${postgres}.older`);
      await system.start('postgres');
      await system.untilReady();
      await ask();
      await system.untilSettled();
      // Sequenced and taken, and not published: the topic alone will have it.
      server.door.shut();
      await ask();
      await untilTaken();
      for (const name of ['gateway', ADAPTER, 'ledger', 'postgres']) await system.end(name);
      server.door.reopen();
      rmSync(postgres, { recursive: true });
      copy(`${postgres}.older`, postgres);
      await system.start('postgres');
      await expect(system.start('ledger')).rejects.toThrow('PUBLISHED_AHEAD');
      system.service('ledger').configure({ LEDGER_CATCH_UP: 'true' });
      await Promise.all(['ledger', 'gateway', ADAPTER].map((name) => system.start(name)));
      await ask();
      await untilTaken();
      await expectEachOnce();
      expect(replies.every(({ outcome }) => outcome === 'answered')).toBe(true);
    },
    TEST_MS,
  );
});
