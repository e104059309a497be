import { SequencedLog1700000000001 } from './0001-sequenced-log.js';
import { ShardsThatClose1700000000002 } from './0002-shards-that-close.js';

/** In their order. */
export const migrations = [SequencedLog1700000000001, ShardsThatClose1700000000002];
