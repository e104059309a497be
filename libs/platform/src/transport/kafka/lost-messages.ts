import type { Kafka } from 'kafkajs';

/** A partition that no longer has what was taken from it: its broker lost messages that it had acknowledged. */
export interface LostMessages {
  readonly topic: string;
  readonly partition: number;
  /** The offset that the group would go on from. */
  readonly taken: string;
  /** The offset at which the partition now ends, or where it is read again. */
  readonly has: string;
}

/** Where a group stands behind the end of what the broker has. As many messages since hide it. */
export async function findLostMessages(
  kafka: Kafka,
  groupId: string,
  topics: readonly string[],
): Promise<readonly LostMessages[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const committed = await admin.fetchOffsets({ groupId, topics: [...topics] });
    const compared = committed.map(async ({ topic, partitions }) => {
      const ends = new Map((await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, high]));
      return partitions.flatMap(({ partition, offset }) => {
        const has = ends.get(partition);
        return has !== undefined && BigInt(offset) > BigInt(has) ? [{ topic, partition, taken: offset, has }] : [];
      });
    });
    return (await Promise.all(compared)).flat();
  } finally {
    await admin.disconnect();
  }
}
