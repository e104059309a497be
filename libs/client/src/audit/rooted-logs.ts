import type { OpenedCheckpoint } from '#merkle/open-checkpoint.js';
import type { LogSource } from './log-source.js';

/** A shard up to the last head that the root log has of it. */
export interface RootedLog {
  readonly number: number;
  readonly origin: string;
  readonly head: Pick<OpenedCheckpoint, 'size' | 'root'>;
  /** How many entries the log says that it has now: by that its last bundle is found. */
  readonly size: number;
  readonly source: LogSource;
}

/** All shards of a family as of one moment: when the root log ended. */
export interface RootedLogs {
  readonly logs: readonly RootedLog[];
  /** Sizes that the shards had, in the order in which the root log has them: which entries were there before which. */
  readonly order: readonly Pick<OpenedCheckpoint, 'origin' | 'size'>[];
}

/** Sizes of the shards, by origin, that were entered one after the other, each shard once. */
export function roundsOf({ order }: Pick<RootedLogs, 'order'>): readonly ReadonlyMap<string, number>[] {
  const rounds: Map<string, number>[] = [];
  for (const { origin, size } of order) {
    const last = rounds.at(-1);
    if (last === undefined || last.has(origin)) rounds.push(new Map([[origin, size]]));
    else last.set(origin, size);
  }
  return rounds;
}
