import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { waitUntil } from '#embedded/wait-until.js';
import type { EventPublisher } from '#events/transport.js';
import { generateSigningKey } from '#exchange/keys.js';
import { createPublisher } from '#platform/transport/transport.js';
import type { KafkaConfig } from '#platform/transport/transport-config.js';
import { describeWhere } from '../support/describe-where.js';
import { freePorts } from '../support/free-port.js';
import { KafkaDoor, type RequestFault, type RequestName } from '../support/kafka-door.js';
import { ownKafkaAvailability, startOwnKafka, type KafkaServer } from '../support/kafka-server.js';
import { anEvent } from './an-event.js';
import { messagesOf, startConsumer, takesAll, type TestConsumer } from './start-consumer.js';

const TEST_MS = 90_000;
const DEADLINE_MS = 40_000;
/** In Kafka's list of errors. */
const UNKNOWN_SERVER_ERROR = -1;
const NOT_COORDINATOR = 16;

describeWhere('Apache Kafka', ownKafkaAvailability())('a consumer of Kafka', () => {
  let dir: string;
  let server: KafkaServer;
  let door: KafkaDoor;
  let config: KafkaConfig;
  let publisher: EventPublisher;
  let admin: Admin;
  let topic: string;
  let consumer: TestConsumer;
  let taken: string[];
  let published: string[];

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sluice-kafka-'));
    const [port] = await freePorts(1);
    door = await KafkaDoor.open(() => port!);
    server = await startOwnKafka({ dir, proxied: { port: port!, advertised: door.port } });
    config = { kind: 'kafka', brokers: server.brokers, clientId: 'faults', partitions: 1, replicationFactor: 1 };
    publisher = await createPublisher(config, generateSigningKey());
    admin = new Kafka({ brokers: server.brokers, clientId: 'outsider', logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
  }, TEST_MS);
  afterAll(async () => {
    await Promise.all([publisher.close(), admin.disconnect()]);
    await server.stop();
    await door.close();
    await rm(dir, { recursive: true, force: true });
  }, TEST_MS);

  beforeEach(async () => {
    topic = `faults.${randomUUID()}`;
    [taken, published] = [[], []];
    const brokers = [`127.0.0.1:${door.port}`];
    consumer = await startConsumer({ ...config, brokers, groupId: topic }, topic, (batch) => {
      taken.push(...messagesOf(batch).map(({ event }) => event!.id));
      return Promise.resolve(takesAll);
    });
  }, TEST_MS);
  afterEach(() => consumer.close(), TEST_MS);

  async function publishOne(): Promise<void> {
    const event = anEvent();
    published.push(event.id);
    await publisher.publish(topic, [event]);
  }

  async function untilCommitted(): Promise<void> {
    const isCommitted = async () => {
      const [group] = await admin.fetchOffsets({ groupId: topic, topics: [topic] });
      return Number(group?.partitions[0]?.offset) === published.length;
    };
    expect(await waitUntil(isCommitted, DEADLINE_MS)).toBe(true);
  }

  it(
    'is given the same events again where their offset cannot be committed, skips none, and goes on',
    async () => {
      await publishOne();
      await untilCommitted();
      for (const fault of ['request lost', 'answer lost', 'fenced'] as const) {
        door.spoil('OffsetCommit', fault);
        for (let more = 0; more < 2; more += 1) {
          await publishOne();
          await untilCommitted();
        }
        consumer.strategy.check();
      }
      expect(door.left).toBe(0);
      expect([...new Set(taken)]).toEqual(published);
      // Each of the three came again: whoever takes it has to know it.
      expect(taken.length).toBeGreaterThanOrEqual(published.length + 3);
    },
    TEST_MS,
  );

  // What a broker that stops or starts does to whoever asks it something just then.
  const faults: RequestFault[] = ['answer lost', { code: UNKNOWN_SERVER_ERROR }];
  const requests: RequestName[] = [
    ...(['FindCoordinator', 'JoinGroup', 'SyncGroup', 'OffsetFetch'] as const),
    ...(['Heartbeat', 'Fetch', 'OffsetCommit'] as const),
  ];
  it.each(requests)(
    'goes on where a broker that stops cuts off %s, or answers it with an error of its own',
    async (name) => {
      for (const fault of faults) {
        // The group has to be looked for, joined and asked where it was.
        if (name !== 'Heartbeat') door.spoil('Heartbeat', { code: NOT_COORDINATOR });
        door.spoil(name, fault);
        await publishOne();
        expect(await waitUntil(() => door.left === 0, DEADLINE_MS)).toBe(true);
        await publishOne();
        await untilCommitted();
        expect(await waitUntil(() => consumer.strategy.isTaking, DEADLINE_MS)).toBe(true);
      }
      expect([...new Set(taken)]).toEqual(published);
    },
    TEST_MS,
  );
});
