import type { ITopicConfig, Kafka } from 'kafkajs';
import { deadLetterTopic } from '../dead-letter-topic.js';
import type { KafkaConfig } from '../transport-config.js';

/** What is small because it is compressed may be anything when it is read, and kafkajs reads one of four codecs only. */
const AS_IT_IS = [{ name: 'compression.type', value: 'uncompressed' }];
/** For ever; and a message that just fitted still fits when its headers say why it was rejected. */
const KEPT_WHOLE = [
  { name: 'retention.ms', value: '-1' },
  { name: 'max.message.bytes', value: String(4 * 1024 * 1024) },
];

/**
 * Creates what is missing of the topics and their dead-letter topics. Safe to repeat, and by several at once. A topic
 * that exists is left as it is. Writing asks for a majority of the replicas.
 */
export async function ensureTopics(kafka: Kafka, config: KafkaConfig, topics: readonly string[]): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const present = new Set(await admin.listTopics());
    const wanted = topics.flatMap((topic) => [
      describeTopic(config, topic, config.partitions ?? 1, AS_IT_IS),
      describeTopic(config, deadLetterTopic(topic), 1, KEPT_WHOLE),
    ]);
    const missing = wanted.filter(({ topic }) => !present.has(topic));
    // Resolves to false, rather than rejecting, where another has just created them.
    if (missing.length > 0) await admin.createTopics({ topics: missing, waitForLeaders: true });
  } finally {
    await admin.disconnect();
  }
}

function describeTopic(
  { replicationFactor }: KafkaConfig,
  topic: string,
  numPartitions: number,
  more: NonNullable<ITopicConfig['configEntries']>,
): ITopicConfig {
  const inSync = Math.floor(replicationFactor / 2) + 1;
  return {
    topic,
    numPartitions,
    replicationFactor,
    configEntries: [{ name: 'min.insync.replicas', value: String(Math.min(inSync, replicationFactor)) }, ...more],
  };
}
