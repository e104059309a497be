import { randomUUID } from 'node:crypto';
import type { Kafka, KafkaMessage } from 'kafkajs';

/** Everything that is in a topic now. */
export async function readTopic(kafka: Kafka, topic: string): Promise<readonly KafkaMessage[]> {
  const wanted = await countOf(kafka, topic);
  const messages: KafkaMessage[] = [];
  if (wanted === 0) return messages;
  const consumer = kafka.consumer({ groupId: `reader-${randomUUID()}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((done, failed) => {
    const eachMessage = ({ message }: { readonly message: KafkaMessage }) => {
      messages.push(message);
      if (messages.length === wanted) done();
      return Promise.resolve();
    };
    consumer.run({ eachMessage }).catch(failed);
  });
  await consumer.disconnect();
  return messages;
}

async function countOf(kafka: Kafka, topic: string): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  return offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
}
