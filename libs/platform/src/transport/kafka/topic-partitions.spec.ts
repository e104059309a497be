import { TopicPartitions } from './topic-partitions.js';

let now = 0;
let asked: string[];
let counts: Record<string, number>;
let partitions: TopicPartitions;

beforeEach(() => {
  asked = [];
  counts = { evidence: 2 };
  const partition = (partitionId: number) => ({
    ...{ partitionErrorCode: 0, partitionId, leader: 1, replicas: [1], isr: [1] },
  });
  const fetchTopicMetadata = ({ topics = [] }: { topics?: string[] } = {}) => {
    asked.push(...topics);
    const found = topics.map((name) => ({
      name,
      partitions: Array.from({ length: counts[name] ?? 0 }, (_, at) => partition(at)),
    }));
    return Promise.resolve({ topics: found });
  };
  partitions = new TopicPartitions({ fetchTopicMetadata }, () => now);
});

it('asks the broker once a minute, and then knows of new ones', async () => {
  expect([await partitions.of('evidence'), await partitions.of('evidence')]).toEqual([2, 2]);
  counts.evidence = 3;
  now += 59_999;
  expect(await partitions.of('evidence')).toBe(2);
  now += 1;
  expect(await partitions.of('evidence')).toBe(3);
  expect(asked).toEqual(['evidence', 'evidence']);
});

it('asks at once where something was wrong', async () => {
  await partitions.of('evidence');
  counts.evidence = 1;
  partitions.forget('evidence');
  expect(await partitions.of('evidence')).toBe(1);
});

it('rejects where the broker names none, and asks again the next time', async () => {
  await expect(partitions.of('other')).rejects.toThrow('The broker names no partition of other');
  counts.other = 1;
  expect(await partitions.of('other')).toBe(1);
});
