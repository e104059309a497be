import type { SequencedLogRepository } from '../../src/publication/sequenced-log.repository.js';
import type { TileStore } from '../../src/publication/tile-store.js';
import type { SequencingRepository } from '../../src/sequencing/sequencing.repository.js';
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

/** `sequencing.grow`, `store.create` and so on. */
export function everyCall(): readonly (readonly [call: string, kind: CallKind])[] {
  const parts = {
    sequencing: sequencingCalls,
    sequenced: sequencedCalls,
    store: storeCalls,
    feed: feedCalls,
    witness: witnessCalls,
  };
  return Object.entries(parts).flatMap(([part, calls]) =>
    Object.entries<CallKind>(calls).map(([call, kind]) => [`${part}.${call}`, kind] as const),
  );
}
