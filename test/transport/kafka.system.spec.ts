import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, Partitioners, logLevel, type EachMessagePayload } from 'kafkajs';
import { deadLetterTopic } from '#platform/transport/dead-letter-topic.js';
import { describeWhere } from '../support/describe-where.js';
import { kafkaAvailability, startKafka } from '../support/kafka-server.js';
import { itTransportsEvents, type DeadLetter, type TransportUnderTest } from './transport.suite.js';

async function openKafka(): Promise<TransportUnderTest> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-kafka-'));
  let server = await startKafka({ dir });
  const { brokers } = server;
  const kafka = new Kafka({ brokers, clientId: 'suite', logLevel: logLevel.NOTHING });
  return {
    config: { kind: 'kafka', brokers, clientId: 'suite', partitions: 3, replicationFactor: 1 },
    partitions: 3,
    async sendForeign(topic, bytes) {
      const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
      await producer.connect();
      await producer.send({ topic, messages: [{ value: bytes }] });
      await producer.disconnect();
    },
    deadLetters: (topic) => readAll(kafka, deadLetterTopic(topic)),
    async interrupt() {
      if (server.pid === undefined) return;
      await server.kill();
      server = await startKafka({ dir });
    },
    async close() {
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Everything that is in a topic now. */
async function readAll(kafka: Kafka, topic: string): Promise<DeadLetter[]> {
  const admin = kafka.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const wanted = offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  const letters: DeadLetter[] = [];
  if (wanted === 0) return letters;

  const consumer = kafka.consumer({ groupId: `reader-${crypto.randomUUID()}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((done, failed) => {
    const eachMessage = ({ message }: EachMessagePayload) => {
      const header = (name: string) => message.headers?.[name]?.toString() ?? '';
      letters.push({
        reason: header('dead-letter-reason'),
        topic: header('dead-letter-topic'),
        partition: Number(header('dead-letter-partition')),
        offset: header('dead-letter-offset'),
        message: header('ce_id') || (message.value?.toString() ?? ''),
      });
      if (letters.length === wanted) done();
      return Promise.resolve();
    };
    consumer.run({ eachMessage }).catch(failed);
  });
  await consumer.disconnect();
  return letters;
}

const describeKafka = describeWhere('Apache Kafka', kafkaAvailability());

describeKafka('the Kafka transport', () => {
  itTransportsEvents(openKafka);
});
