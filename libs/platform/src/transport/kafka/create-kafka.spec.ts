import { partitioner } from './create-kafka.js';

/** The known answers for murmur2 are those of Apache Kafka's own `UtilsTest.testMurmur2`. */
const hashes: [string, number][] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
];

describe('the partitioner', () => {
  it.each(hashes)('puts %s where every Kafka client puts it', (key, hash) => {
    const partitionMetadata = Array.from({ length: 7 }, (_, partitionId) => ({
      partitionErrorCode: 0,
      partitionId,
      leader: 1,
      replicas: [1],
      isr: [1],
      offlineReplicas: [],
    }));
    const partition = partitioner()({ topic: 't', partitionMetadata, message: { key, value: null } });
    expect(partition).toBe((hash & 0x7fffffff) % 7);
  });
});
