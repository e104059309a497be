import type { ITopicConfig, Kafka } from 'kafkajs';
import type { KafkaConfig } from '../transport-config.js';

export function deadLetterTopic(topic: string): string {
  return `${topic}.dead-letter`;
}

/**
 * Creates what is missing of the topics and their dead-letter topics. Safe to repeat, and by several at once. A topic
 * that exists is left as it is. Writing there asks for a majority of the replicas; dead letters are kept for ever.
 */
export async function ensureTopics(kafka: Kafka, config: KafkaConfig, topics: readonly string[]): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const present = new Set(await admin.listTopics());
    const wanted = topics.flatMap((topic) => [
      describeTopic(config, topic, config.partitions),
      describeTopic(config, deadLetterTopic(topic), 1, [{ name: 'retention.ms', value: '-1' }]),
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
  more: NonNullable<ITopicConfig['configEntries']> = [],
): ITopicConfig {
  const inSync = Math.floor(replicationFactor / 2) + 1;
  return {
    topic,
    numPartitions,
    replicationFactor,
    configEntries: [{ name: 'min.insync.replicas', value: String(Math.min(inSync, replicationFactor)) }, ...more],
  };
}
