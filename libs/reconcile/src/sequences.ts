import { partyOf, type Place } from './finding.js';
import { holesIn, isTold, type Gap, type Hole } from './follow-sequence.js';
import type { Finding } from './findings.js';
import type { SequencedRecord } from './sequenced-record.js';

/** What is known of a sequence that a source writes: the numbers that are missing of it. */
export interface Sequence {
  readonly source: string;
  readonly chain: string;
  readonly gaps: readonly Gap[];
}

export type SequenceName = Pick<Sequence, 'source' | 'chain'>;

/** A sequence is its source's: whoever names another's begins one of the same name that is nobody's but theirs. */
export function keyOf({ source, chain }: SequenceName): string {
  return `${chain} ${source}`;
}

/** Undefined for what is in none: entries of the ledger itself in place of messages, and records of long ago. */
export function sequenceOf({ entry: { source, writer } }: SequencedRecord): SequenceName | undefined {
  return writer === undefined ? undefined : { source, chain: writer.chain.toLowerCase() };
}

/** When a gap that merely waits now becomes a hole, in milliseconds. Undefined where there is none. */
export function dueOf({ gaps }: Sequence, within: number): number | undefined {
  const waiting = gaps.flatMap((gap) =>
    gap.to === undefined || gap.since === undefined || isTold(gap) ? [] : [gap.since + within],
  );
  return waiting.length === 0 ? undefined : Math.min(...waiting);
}

/** Holes of one sequence that are found together and are an alert each. */
const MOST_HOLES = 100;

/** Where there are more, one that reaches over all of them. */
function atMost(most: number, holes: readonly Hole[]): readonly Hole[] {
  const [first, last] = [holes[0], holes.at(-1)];
  return holes.length <= most || first === undefined || last === undefined ? holes : [{ ...last, from: first.from }];
}

/** What has become a hole by now, and the sequence with that marked. */
export function findHoles(
  { source, chain, gaps }: Sequence,
  { within, now, leafAt }: { readonly within: number; readonly now: number; readonly leafAt: (place: Place) => string },
): { readonly sequence: Sequence; readonly findings: readonly Finding[] } {
  const found = holesIn(gaps, within, now);
  const findings = atMost(MOST_HOLES, found.holes).map(({ from, to, behind }): Finding => {
    const { shard, index } = behind;
    return {
      ...{ kind: 'hole', owner: partyOf(source), subject: chain, name: `hole ${from} ${source}` },
      numbers: { source, from, to },
      members: [],
      evidence: [{ shard, index, leaf: leafAt(behind) }],
    };
  });
  return { sequence: { source, chain, gaps: found.gaps }, findings };
}
