import { LedgerError } from '../ledger-error.js';

/** A batch of a shard without its entries. */
export interface BatchHead {
  readonly shard: number;
  readonly first: string;
  readonly count: number;
  readonly sequenced_at: Date;
}

/** Each batch begins where the one before it in its shard ends, the first at or before the position. Throws BATCH_DAMAGED. */
export function requireUnbroken(positions: ReadonlyMap<number, number>, heads: readonly BatchHead[]): void {
  const ends = new Map<number, number>();
  for (const { shard, first, count } of heads) {
    const [begin, end, position] = [Number(first), ends.get(shard), positions.get(shard) ?? 0];
    const follows = end === undefined ? begin <= position : begin === end;
    if (!follows) throw new LedgerError('BATCH_DAMAGED', `shard ${shard} has no batch at ${end ?? position}`);
    ends.set(shard, begin + count);
  }
}

/**
 * The first in the order of time, at most so many entries or one batch. A clock that went back does not turn the batches of a
 * shard around.
 */
export function nextInTime(heads: readonly BatchHead[], most: number): readonly BatchHead[] {
  const latest = new Map<number, number>();
  const timed = heads.map((head) => {
    const at = Math.max(latest.get(head.shard) ?? 0, head.sequenced_at.getTime());
    latest.set(head.shard, at);
    return { head, at };
  });
  const sorted = timed.toSorted((a, b) => a.at - b.at).map(({ head }) => head);
  let entries = 0;
  return sorted.filter(({ count }, at) => {
    entries += count;
    return at === 0 || entries <= most;
  });
}
