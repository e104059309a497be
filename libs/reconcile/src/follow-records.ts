import { NOTHING_BEFORE, type ChainHead } from '#events/link.js';
import { ledgerTombstoneV1 } from '#events/ledger-tombstone.v1.js';
import { anchorSequence } from './anchor-sequence.js';
import { partyOf, type SequenceKind } from './finding.js';
import { blur, expectRecord, followSequence, unbegun, type Followed, type Gap } from './follow-sequence.js';
import { evidenceOf, type Arrival, type Finding } from './findings.js';
import {
  MOST_DATABASES,
  MOST_GAPS,
  MOST_SEQUENCES,
  MOST_UNPLACED,
  newSource,
  type PartySource,
} from './party-source.js';
import { keyOf, sequenceOf, type Sequence, type SequenceName } from './sequences.js';
import type { FreshRecord, SequencedRecord } from './sequenced-record.js';

/** What was known before of the sources that records came of, and of the sequences that these name: by `keyOf`. */
export interface KnownSequences {
  readonly sources: ReadonlyMap<string, PartySource>;
  readonly sequences: ReadonlyMap<string, Sequence>;
}

/** Those that changed. */
export interface FollowedRecords {
  readonly sources: readonly PartySource[];
  readonly sequences: readonly Sequence[];
  readonly findings: readonly Finding[];
  readonly arrivals: readonly Arrival[];
}

/** Of the records that one names, those that are waited for: an honest one names no more. */
const MOST_HEADS = 16;

/** Takes records into their sequences, and what they name of others. */
export function followAll(records: readonly FreshRecord[], known: KnownSequences): FollowedRecords {
  const following = new Following(known);
  for (const record of records) following.take(record);
  return following.outcome();
}

/** Every sequence that a record is about: its own, and those whose records it names. */
export function sequencesNamedBy(record: SequencedRecord): readonly SequenceName[] {
  const own = sequenceOf(record);
  return own === undefined ? [] : [own, ...headsIn(record).map(({ chain }) => ({ source: own.source, chain }))];
}

function headsIn({ entry: { writer } }: SequencedRecord): readonly ChainHead[] {
  const heads = writer?.beside?.heads.slice(0, MOST_HEADS) ?? [];
  return heads.map(({ chain, ...head }) => ({ chain: chain.toLowerCase(), ...head }));
}

function isFull({ databases }: Pick<PartySource, 'databases'>): boolean {
  return databases.length >= MOST_DATABASES;
}

function isPastAll(source: PartySource, database: string): boolean {
  return isFull(source) && !source.databases.includes(database);
}

class Following {
  private readonly sources = new Map<string, PartySource>();
  private readonly sequences = new Map<string, Sequence>();
  private readonly findings: Finding[] = [];
  private readonly arrivals: Arrival[] = [];
  /** Sequences of which it was said that they have too many gaps. */
  private readonly torn = new Set<string>();

  constructor(private readonly known: KnownSequences) {}

  outcome(): FollowedRecords {
    const { findings, arrivals } = this;
    return { sources: [...this.sources.values()], sequences: [...this.sequences.values()], findings, arrivals };
  }

  take(record: FreshRecord): void {
    const name = sequenceOf(record);
    const { writer } = record.entry;
    if (name === undefined || writer === undefined) {
      this.takeUnplaced(record);
      return;
    }
    const { shard, index, seenAt, leaf } = record;
    const { number, previous } = writer;
    const followed = this.move(name, number, record, (gaps) =>
      followSequence(gaps, { number, previous, leaf, shard, index, seenAt }),
    );
    if (followed === undefined) return;
    if (followed.fault === 'filled') {
      const { source, chain } = name;
      this.arrivals.push({ subject: chain, place: { source, number }, evidence: [evidenceOf(record)] });
    }
    if (followed.fault !== 'fork') this.anchor(name, record);
    for (const head of headsIn(record)) this.expect(head, name, record);
  }

  /** The ledger's own entries in place of messages are in nobody's sequence, and those of a source without one are of before. */
  private takeUnplaced(record: FreshRecord): void {
    const source = this.sourceOf(record.entry.source);
    if (record.entry.type === ledgerTombstoneV1.type || source.sequences === 0) return;
    const { unplaced } = source;
    if (unplaced > MOST_UNPLACED) return;
    this.keep({ ...source, unplaced: unplaced + 1 });
    const kind = unplaced === MOST_UNPLACED ? 'unfollowed' : 'unplaced';
    this.findings.push({
      ...{ kind, owner: partyOf(source.source), subject: record.entry.id.toLowerCase() },
      ...{ name: `${kind} ${record.shard}/${record.index}`, members: [], evidence: [evidenceOf(record)] },
    });
  }

  /** What becomes of a sequence by a record. Undefined, and nothing, where there is more than can be followed. */
  private move(
    name: SequenceName,
    number: number,
    record: FreshRecord,
    step: (gaps: Sequence['gaps']) => Followed,
  ): Followed | undefined {
    const source = this.sourceOf(name.source);
    const before = this.sequenceOf(name);
    if (before === undefined && source.sequences >= MOST_SEQUENCES) {
      if (source.sequences === MOST_SEQUENCES) this.find('unfollowed', name, number, record);
      this.keep({ ...source, sequences: MOST_SEQUENCES + 1 });
      return undefined;
    }
    const gaps = before?.gaps ?? unbegun(NOTHING_BEFORE);
    const followed = step(gaps);
    const after = this.bounded(name, followed.gaps, source.gaps - gaps.length, record);
    this.sequences.set(keyOf(name), { ...name, gaps: after });
    const begun = before === undefined ? 1 : 0;
    const grown = after.length - gaps.length;
    if (begun + Math.abs(grown) > 0) {
      this.keep({ ...source, sequences: source.sequences + begun, gaps: source.gaps + grown });
    }
    if (followed.fault === 'fork') this.find('fork', name, number, record);
    return followed;
  }

  /** The gaps as they are remembered, where the source has so many in other sequences. */
  private bounded(name: SequenceName, gaps: readonly Gap[], others: number, record: FreshRecord): readonly Gap[] {
    if (gaps.length <= 2 || others + gaps.length <= MOST_GAPS) return gaps;
    const blurred = blur(gaps);
    this.findTorn(name, blurred, record);
    return blurred;
  }

  /** Under one name for a sequence, and once for the records of a step. */
  private findTorn(name: SequenceName, [blurred]: readonly Gap[], record: FreshRecord): void {
    if (this.torn.has(keyOf(name)) || blurred?.to === undefined) return;
    this.torn.add(keyOf(name));
    const { source, chain } = name;
    this.findings.push({
      ...{ kind: 'unfollowed', owner: partyOf(source), subject: chain, name: `unfollowed ${source}` },
      ...{ numbers: { source, from: blurred.from, to: blurred.to }, members: [], evidence: [evidenceOf(record)] },
    });
  }

  private anchor(name: SequenceName, record: FreshRecord): void {
    const { number = 1, beside } = record.entry.writer ?? {};
    const source = this.sourceOf(name.source);
    const database = beside?.database.toLowerCase();
    if (database === undefined ? number > 1 : isPastAll(source, database)) return;
    const { anchors, isAnchored } = anchorSequence(source, {
      ...{ chain: name.chain, number },
      ...(database === undefined ? {} : { database }),
      namesKnown: headsIn(record).some(
        ({ chain }) => chain !== name.chain && this.sequenceOf({ source: name.source, chain }) !== undefined,
      ),
    });
    this.keep({ ...source, ...anchors });
    const kind = database !== undefined && isFull(anchors) ? 'unfollowed' : 'unanchored';
    if (!isAnchored) this.find(kind, name, number, record);
  }

  private expect({ chain, number, leaf }: ChainHead, { source, chain: own }: SequenceName, record: FreshRecord): void {
    if (chain === own) return;
    this.move({ source, chain }, number, record, (gaps) => expectRecord(gaps, { number, leaf }, record));
  }

  private find(kind: SequenceKind, { source, chain }: SequenceName, number: number, record: FreshRecord): void {
    this.findings.push({
      ...{ kind, owner: partyOf(source), subject: chain, name: `${kind} ${record.shard}/${record.index}` },
      ...{ numbers: { source, from: number, to: number }, members: [], evidence: [evidenceOf(record)] },
    });
  }

  private sourceOf(source: string): PartySource {
    return this.sources.get(source) ?? this.known.sources.get(source) ?? newSource(source);
  }

  private sequenceOf(name: SequenceName): Sequence | undefined {
    return this.sequences.get(keyOf(name)) ?? this.known.sequences.get(keyOf(name));
  }

  private keep(source: PartySource): void {
    this.sources.set(source.source, source);
  }
}
