import { NOTHING_BEFORE } from '#events/link.js';
import { partyOf, type Place } from '#reconcile/finding.js';
import { followSequence, holesIn, unbegun, type Gap } from '#reconcile/follow-sequence.js';
import { evidenceOf, type Arrival, type Evidence, type Finding } from './findings.js';
import type { FreshRecord, SequencedRecord } from './sequenced-record.js';

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

export function unbegunSequence({ source, chain }: SequenceName): Sequence {
  return { source, chain, gaps: unbegun(NOTHING_BEFORE) };
}

export interface Followed {
  readonly sequences: readonly Sequence[];
  readonly findings: readonly Finding[];
  readonly arrivals: readonly Arrival[];
}

/** Takes records into their sequences, of which `known` are those that were begun before, by `keyOf`. */
export function followAll(records: readonly FreshRecord[], known: ReadonlyMap<string, Sequence>): Followed {
  const followed = new Map<string, Sequence>();
  const findings: Finding[] = [];
  const arrivals: Arrival[] = [];
  for (const record of records) {
    const name = sequenceOf(record);
    const { writer, source } = record.entry;
    if (name === undefined || writer === undefined) continue;
    const key = keyOf(name);
    const { gaps } = followed.get(key) ?? known.get(key) ?? unbegunSequence(name);
    const { shard, index, seenAt, leaf } = record;
    const { number, previous } = writer;
    const next = followSequence(gaps, { number, previous, leaf, shard, index, seenAt });
    followed.set(key, { ...name, gaps: next.gaps });
    if (next.fault === 'filled') {
      arrivals.push({ subject: name.chain, place: { source, number }, evidence: [evidenceOf(record)] });
    } else if (next.fault === 'fork') {
      findings.push(forkAt(name, number, record));
    }
  }
  return { sequences: [...followed.values()], findings, arrivals };
}

/** Undefined for what is in none: entries of the ledger itself in place of messages, and records of long ago. */
export function sequenceOf({ entry: { source, writer } }: SequencedRecord): SequenceName | undefined {
  return writer === undefined ? undefined : { source, chain: writer.chain.toLowerCase() };
}

function forkAt({ source, chain }: SequenceName, number: number, record: Evidence): Finding {
  return {
    ...{ kind: 'fork', owner: partyOf(source), subject: chain, name: `fork ${record.shard}/${record.index}` },
    numbers: { source, from: number, to: number },
    members: [],
    evidence: [evidenceOf(record)],
  };
}

/** When a gap that merely waits now becomes a hole, in milliseconds. Undefined where there is none. */
export function dueOf({ gaps }: Sequence, within: number): number | undefined {
  const waiting = gaps.flatMap(({ to, since, isReported }) =>
    to === undefined || since === undefined || isReported === true ? [] : [since + within],
  );
  return waiting.length === 0 ? undefined : Math.min(...waiting);
}

/** What has become a hole by now, and the sequence with that marked. */
export function findHoles(
  { source, chain, gaps }: Sequence,
  { within, now, leafAt }: { readonly within: number; readonly now: number; readonly leafAt: (place: Place) => string },
): { readonly sequence: Sequence; readonly findings: readonly Finding[] } {
  const found = holesIn(gaps, within, now);
  const findings = found.holes.map(({ from, to, behind }): Finding => {
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
