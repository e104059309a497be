import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompressionTypes,
  ConfigResourceTypes,
  Kafka,
  PartitionAssigners,
  Partitioners,
  logLevel,
  type KafkaMessage,
  type Message,
  type PartitionAssigner,
} from 'kafkajs';
import { waitUntil } from '#embedded/wait-until.js';
import type { EventBatch } from '#events/transport.js';
import { generateSigningKey } from '#exchange/keys.js';
import { deadLetterTopic } from '#platform/transport/dead-letter-topic.js';
import { ensureTopics } from '#platform/transport/kafka/ensure-topics.js';
import { createPublisher } from '#platform/transport/transport.js';
import type { KafkaConfig } from '#platform/transport/transport-config.js';
import { describeWhere } from '../support/describe-where.js';
import { readTopic } from '../support/read-topic.js';
import { kafkaAvailability, startKafka, type KafkaServer } from '../support/kafka-server.js';
import { anEvent } from './an-event.js';
import { messagesOf, startConsumer, takesAll } from './start-consumer.js';
import { itTransportsEvents, type DeadLetter, type TransportUnderTest } from './transport.suite.js';

const TEST_MS = 60_000;
const PARTITIONS = 3;
const describeKafka = describeWhere('Apache Kafka', kafkaAvailability());

describeKafka('the Kafka transport', () => {
  let dir: string;
  let server: KafkaServer;
  let config: KafkaConfig;
  /** Not ours: what kafkajs does by itself. */
  let outsider: Kafka;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sluice-kafka-'));
    server = await startKafka({ dir });
    config = {
      kind: 'kafka',
      brokers: server.brokers,
      clientId: 'suite',
      partitions: PARTITIONS,
      replicationFactor: 1,
    };
    outsider = new Kafka({ brokers: server.brokers, clientId: 'outsider', logLevel: logLevel.NOTHING });
  }, TEST_MS * 2);
  afterAll(async () => {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  }, TEST_MS);

  describe('as any transport', () => {
    // A broker that KAFKA_BROKERS names is not ours to kill.
    itTransportsEvents(() => Promise.resolve(underTest()), { canInterrupt: process.env.KAFKA_BROKERS === undefined });
  });

  it(
    'waits for a group that will not take it, and for a topic that is gone, and goes on when they let it',
    async () => {
      const groupId = `group-${randomUUID()}`;
      const topic = `edge.${randomUUID()}`;
      await ensureTopics(outsider, config, [topic]);
      const stranger = outsider.consumer({ groupId, partitionAssigners: [strangersAssigner], maxWaitTimeInMs: 100 });
      await stranger.connect();
      await stranger.subscribe({ topic });
      await stranger.run({ eachMessage: () => Promise.resolve() });

      const arrived: string[] = [];
      const consumer = await startConsumer({ ...config, groupId }, topic, (batch) => {
        arrived.push(...messagesOf(batch).map(({ event }) => event!.id));
        return Promise.resolve(takesAll);
      });
      expect(() => {
        consumer.strategy.check();
      }).toThrow('retrying');
      await stranger.disconnect();
      expect(await waitUntil(() => consumer.strategy.isTaking, 20_000)).toBe(true);

      const admin = outsider.admin();
      await admin.connect();
      await admin.deleteTopics({ topics: [topic, deadLetterTopic(topic)] });
      await admin.disconnect();
      const publisher = await createPublisher(config, generateSigningKey());
      const event = anEvent();
      const isPublished = () =>
        publisher.publish(topic, [event]).then(
          () => true,
          () => false,
        );
      expect(await waitUntil(isPublished, 40_000)).toBe(true);
      expect(await waitUntil(() => arrived.length > 0, 20_000)).toBe(true);
      expect(arrived).toEqual([event.id]);
      await Promise.all([consumer.close(), publisher.close()]);
    },
    TEST_MS * 2,
  );

  it(
    'creates topics as configured, keeps dead letters for ever, and leaves alone what is there',
    async () => {
      const topic = `edge.${randomUUID()}`;
      await ensureTopics(outsider, config, [topic]);
      await ensureTopics(outsider, { ...config, partitions: PARTITIONS + 2 }, [topic]);

      const admin = outsider.admin();
      await admin.connect();
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic, deadLetterTopic(topic)] });
      const { resources } = await admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: ConfigResourceTypes.TOPIC, name: deadLetterTopic(topic), configNames: ['retention.ms'] }],
      });
      await admin.disconnect();
      const sizes = Object.fromEntries(topics.map(({ name, partitions }) => [name, partitions.length]));
      expect(sizes).toEqual({ [topic]: PARTITIONS, [deadLetterTopic(topic)]: 1 });
      expect(resources[0]?.configEntries[0]?.configValue).toBe('-1');
    },
    TEST_MS,
  );

  it(
    'has as many partitions as the consumer says, although a publisher came first',
    async () => {
      const topic = `edge.${randomUUID()}`;
      const early: KafkaConfig = { kind: 'kafka', brokers: server.brokers, clientId: 'early', replicationFactor: 1 };
      const publisher = await createPublisher(early, generateSigningKey());
      await expect(publisher.publish(topic, [anEvent()])).rejects.toThrow('does not host this topic-partition');
      const arrived: EventBatch[] = [];
      const consumer = await startConsumer({ ...config, groupId: topic }, topic, (batch) => {
        arrived.push(batch);
        return Promise.resolve(takesAll);
      });
      await publisher.publish(
        topic,
        Array.from({ length: 60 }, () => anEvent()),
      );
      const messages = () => arrived.flatMap(messagesOf).length;
      expect(await waitUntil(() => messages() === 60, 20_000)).toBe(true);
      expect(new Set(arrived.map(({ partition }) => partition)).size).toBe(PARTITIONS);
      await publisher.close();
      await consumer.close();
    },
    TEST_MS,
  );

  function underTest(): TransportUnderTest {
    return {
      config,
      partitions: PARTITIONS,
      createTopic: (topic) => ensureTopics(outsider, config, [topic]),
      async sendForeign(topic, bytes) {
        const producer = outsider.producer({ createPartitioner: Partitioners.DefaultPartitioner });
        await producer.connect();
        await producer.send({ topic, messages: [{ value: bytes }] });
        await producer.disconnect();
      },
      async sendHostile(topic) {
        const producer = outsider.producer({ createPartitioner: Partitioners.DefaultPartitioner });
        await producer.connect();
        const send = (message: Message, compression = CompressionTypes.None) =>
          producer.send({ topic, messages: [{ key: 'one', ...message }], compression });
        // kafkajs reads these headers, and cannot write what it has read.
        const headers = Object.fromEntries(['constructor', '__proto__', 'toString'].map((name) => [name, 'x']));
        await send({ value: 'odd headers', headers });
        await send({ value: 'small', headers: {} }, CompressionTypes.GZIP);
        const bomb = send({ value: Buffer.alloc(5 * 1024 * 1024) }, CompressionTypes.GZIP);
        await expect(bomb).rejects.toThrow('larger than the max message size');
        await producer.disconnect();
      },
      deadLetters: async (topic) => (await readTopic(outsider, deadLetterTopic(topic))).map(toDeadLetter),
      async interrupt(noticed) {
        await server.kill();
        await noticed();
        server = await startKafka({ dir });
      },
      close: () => Promise.resolve(),
    };
  }
});

function toDeadLetter({ headers, value }: KafkaMessage): DeadLetter {
  const header = (name: string) => headers?.[name]?.toString() ?? '';
  const origin = {
    reason: header('dead-letter-reason'),
    topic: header('dead-letter-topic'),
    partition: Number(header('dead-letter-partition')),
    offset: header('dead-letter-offset'),
  };
  const proof = header('batch-proof');
  if (proof !== '') return { ...origin, part: { bytes: value ?? Buffer.alloc(0), proof } };
  return { ...origin, message: header('ce_id') || (value?.toString() ?? '') };
}

/** Offers the group another way to share partitions than everybody else in it. */
const strangersAssigner: PartitionAssigner = (options) => ({
  ...PartitionAssigners.roundRobin(options),
  name: 'Stranger',
});
