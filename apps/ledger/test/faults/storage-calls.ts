import type { SequencedLogRepository } from '../../src/publication/sequenced-log.repository.js';
import type { TileStore } from '../../src/publication/tile-store.js';
import type { SequencingRepository } from '../../src/sequencing/sequencing.repository.js';
import type { ShardRecordRepository } from '../../src/shards/shard-record.repository.js';
import type { EventFeed } from './event-feed.js';
import type { CallKind } from '../../../../test/support/injected-faults.js';

/** Whatever a ledger keeps something with: a new call does not compile until it is named here, and is tried then. */
export const sequencingCalls = {
  takeOver: 'writes',
  head: 'reads',
  grow: 'writes',
  known: 'reads',
} satisfies Record<keyof SequencingRepository, CallKind>;

export const sequencedCalls = {
  head: 'reads',
  rootAt: 'reads',
  after: 'reads',
  entries: 'reads',
} satisfies Record<keyof SequencedLogRepository, CallKind>;

export const storeCalls = {
  read: 'reads',
  create: 'writes',
  swap: 'writes',
  list: 'reads',
  remove: 'writes',
} satisfies Record<keyof TileStore, CallKind>;

export const feedCalls = { deliver: 'reads', commit: 'writes' } satisfies Record<keyof EventFeed, CallKind>;

/** The witness keeps what it cosigned. */
export const witnessCalls = { add: 'writes' } as const;

export const recordCalls = {
  all: 'reads',
  open: 'writes',
  succeed: 'writes',
  close: 'writes',
  noteRooted: 'writes',
} satisfies Record<keyof ShardRecordRepository, CallKind>;

/** By part, as points begin: `sequencing.grow`, `store.create` and so on. */
export const CALLS_OF_A_LOG = {
  sequencing: sequencingCalls,
  sequenced: sequencedCalls,
  store: storeCalls,
  feed: feedCalls,
  witness: witnessCalls,
} satisfies CallsByPart;

export const CALLS_OF_A_FAMILY = { ...CALLS_OF_A_LOG, records: recordCalls } satisfies CallsByPart;

export type CallsByPart = Readonly<Record<string, Readonly<Record<string, CallKind>>>>;

/** A call of the tile store, and what is written or read. */
export function storePoint(method: string, [path]: readonly unknown[]): string {
  const [first = '', second = ''] = String(path).split('/');
  const what = first === 'tile' ? (second === 'entries' ? 'bundle' : 'hashes') : first;
  return `store.${method} ${what}`;
}
