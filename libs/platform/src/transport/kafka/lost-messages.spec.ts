import type { Kafka } from 'kafkajs';
import { findLostMessages } from './lost-messages.js';

const TOPIC = 'evidence';

/** A broker that says how far a group is and where its partitions end, as kafkajs gives it. */
function broker(committed: readonly string[], ends: readonly string[]) {
  const closed: string[] = [];
  const admin = {
    connect: () => Promise.resolve(),
    disconnect: () => Promise.resolve(closed.push('admin')),
    fetchOffsets: ({ groupId }: { groupId: string }) =>
      groupId === 'ledger'
        ? Promise.resolve([{ topic: TOPIC, partitions: committed.map((offset, partition) => ({ partition, offset })) }])
        : Promise.reject(new Error('another group')),
    fetchTopicOffsets: (topic: string) =>
      topic === TOPIC
        ? Promise.resolve(ends.map((high, partition) => ({ partition, high, low: '0', offset: high })))
        : Promise.reject(new Error('another topic')),
  };
  return { kafka: { admin: () => admin } as unknown as Kafka, closed };
}

it('finds the partitions that end before what was taken, and says where', async () => {
  const { kafka, closed } = broker(['12', '7', '9007199254740993'], ['12', '5', '9007199254740992']);
  expect(await findLostMessages(kafka, 'ledger', [TOPIC])).toEqual([
    { topic: TOPIC, partition: 1, taken: '7', has: '5' },
    { topic: TOPIC, partition: 2, taken: '9007199254740993', has: '9007199254740992' },
  ]);
  expect(closed).toEqual(['admin']);
});

it('finds nothing where nothing was taken yet, or where more came since', async () => {
  const { kafka } = broker(['-1', '3'], ['0', '4']);
  expect(await findLostMessages(kafka, 'ledger', [TOPIC])).toEqual([]);
});
