import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { partitionOf } from './key-partition.js';

/** The known answers for murmur2 are those of Apache Kafka's own `UtilsTest.testMurmur2`. */
const hashes: [string, number][] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
];

describe('the partition of a key', () => {
  it.each(hashes)('is for %s where every Kafka client puts it', (key, hash) => {
    expect(partitionOf(key, 7)).toBe((hash & 0x7fffffff) % 7);
  });

  it('is for any key where kafkajs puts it', () => {
    const theirs = Partitioners.DefaultPartitioner();
    const partition = { partitionErrorCode: 0, leader: 1, replicas: [1], isr: [1], offlineReplicas: [] };
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.integer({ min: 1, max: 1_000 }), (key, count) => {
        const partitionMetadata = Array.from({ length: count }, (_, partitionId) => ({ ...partition, partitionId }));
        const message = { key, value: null };
        expect(partitionOf(key, count)).toBe(theirs({ topic: 't', partitionMetadata, message }));
      }),
    );
  });
});
