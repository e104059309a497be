import type { Place } from './finding.js';

/** A record's place in its writer's sequence, as its entry says it. Hashes are base64url. */
export interface Link {
  /** From 1. */
  readonly number: number;
  /** Leaf hash of the record before it; of the first, `NOTHING_BEFORE`. */
  readonly previous: string;
  /** Leaf hash of the record itself. */
  readonly leaf: string;
}

/** Numbers of which no record has come, and the hashes that the records there must fit between. */
export interface Gap {
  readonly from: number;
  /** The last. Absent in the gap that every sequence ends with. */
  readonly to?: number;
  /** Leaf hash of the record before. */
  readonly head: string;
  /** What the record behind says that its predecessor's leaf hash is. */
  readonly until?: string;
  /** When a record from behind the gap came, in milliseconds, and where it stands: so the gap is none that just waits. */
  readonly since?: number;
  readonly behind?: Place;
  /** Somebody was told. */
  readonly isReported?: boolean;
  /** Since then a record came that stands in what was missing: what is missing before it is to be told of itself. */
  readonly isReopened?: boolean;
  /** Some of these records have come, and it is not known any more which: see `blur`. */
  readonly isBlurred?: boolean;
}

export interface Arrived extends Link, Place {
  readonly seenAt: number;
}

export interface Followed {
  readonly gaps: readonly Gap[];
  /** `fork`: the place is taken, or a neighbour is another record than this one says. `filled`: a hole was reported here. */
  readonly fault?: 'fork' | 'filled';
}

/** Whether nobody has to be told of it any more, or not until more comes. */
export function isTold({ isReported, isReopened }: Gap): boolean {
  return isReported === true && isReopened !== true;
}

/** Of a sequence of which nothing has come. `head` is the hash that its first record names. */
export function unbegun(head: string): readonly Gap[] {
  return [{ from: 1, head }];
}

/**
 * Takes a record into its sequence. Records come in any order, since the logs' shards have none among them: what is missing
 * is kept as gaps, by number and always ending with an open one, so a sequence without faults costs one gap. A record that
 * does not fit is a fault and is taken all the same.
 */
export function followSequence(gaps: readonly Gap[], record: Arrived): Followed {
  const at = gaps.findIndex(({ from, to = Infinity }) => from <= record.number && record.number <= to);
  const gap = gaps[at];
  if (gap === undefined) return { gaps, fault: 'fork' };
  if (gap.isBlurred === true) return { gaps };
  const fits =
    (record.number !== gap.from || record.previous === gap.head) &&
    (record.number !== gap.to || record.leaf === gap.until);
  const followed = [...gaps.slice(0, at), ...split(gap, record), ...gaps.slice(at + 1)];
  if (!fits) return { gaps: followed, fault: 'fork' };
  return gap.isReported === true ? { gaps: followed, fault: 'filled' } : { gaps: followed };
}

/** A record that another one says was written before it, in another sequence. */
export type NamedRecord = Pick<Link, 'number' | 'leaf'>;

/**
 * Waits for a record that is named, and for all before it: what a sequence ends with is not shown by the sequence itself.
 * `by` is the record that names it. `fork`: another one stands there.
 */
export function expectRecord(
  gaps: readonly Gap[],
  { number, leaf }: NamedRecord,
  { shard, index, seenAt }: Pick<Arrived, 'shard' | 'index' | 'seenAt'>,
): Pick<Followed, 'gaps'> & { readonly fault?: 'fork' } {
  const isOther = gaps.some(
    ({ from, to, head, until }) =>
      (from === number + 1 && head !== leaf) || (to === number && until !== undefined && until !== leaf),
  );
  if (isOther) return { gaps, fault: 'fork' };
  const last = gaps.at(-1);
  if (last === undefined || number < last.from) return { gaps };
  const waiting: Gap = { ...last, to: number, until: leaf, since: seenAt, behind: { shard, index } };
  return { gaps: [...gaps.slice(0, -1), waiting, { from: number + 1, head: leaf }] };
}

/**
 * Makes one gap of all but the last, where there are more than can be remembered: whatever comes there is taken, nothing is
 * missed, and behind it the sequence is followed as before. So nobody is said to withhold what was merely forgotten.
 */
export function blur(gaps: readonly Gap[]): readonly Gap[] {
  const [first, last] = [gaps[0], gaps.at(-1)];
  if (first === undefined || last === undefined || first === last) return gaps;
  return [{ from: first.from, to: last.from - 1, head: first.head, isBlurred: true }, last];
}

function split(gap: Gap, record: Arrived): Gap[] {
  const { shard, index, number, seenAt } = record;
  // Whoever leaps ahead once, and has that explained, would else have a place for all that is withheld later.
  const reopened = isTold(gap) ? { since: seenAt, isReopened: true } : { since: gap.since ?? seenAt };
  const before: Gap = { ...gap, ...reopened, to: number - 1, until: record.previous, behind: { shard, index } };
  const after: Gap = { ...gap, from: number + 1, head: record.leaf };
  return [...(number > gap.from ? [before] : []), ...(gap.to === undefined || number < gap.to ? [after] : [])];
}

/** A hole in a sequence: these records were written, since later ones were, and did not come. */
export type Hole = Required<Pick<Gap, 'from' | 'to' | 'behind'>>;

/** The gaps that have been there for too long, and the gaps with these marked as reported. Milliseconds. */
export function holesIn(
  gaps: readonly Gap[],
  within: number,
  now: number,
): { readonly holes: readonly Hole[]; readonly gaps: readonly Gap[] } {
  const holes: Hole[] = [];
  const marked = gaps.map((gap) => {
    const { from, to, since, behind } = gap;
    if (to === undefined || since === undefined || behind === undefined) return gap;
    if (isTold(gap) || now - since < within) return gap;
    holes.push({ from, to, behind });
    return { ...gap, isReported: true, isReopened: false };
  });
  return { holes, gaps: marked };
}
