import { partyOf } from '../finding.js';
import type { Finding } from '../findings.js';
import { followAll } from '../follow-records.js';
import { holesIn } from '../follow-sequence.js';
import type { PartySource } from '../party-source.js';
import { keyOf, type Sequence } from '../sequences.js';
import type { FreshRecord } from '../sequenced-record.js';
import type { Judged } from './judged.js';
import { isRecent, type Recency } from './recency.js';

/** Findings, besides holes, that are remembered. */
const MOST_FINDINGS = 20_000;

interface Found {
  readonly finding: Finding;
  /** When the record that shows it was made, in milliseconds. */
  readonly at: number;
}

/** Follows every sequence through the records of a whole log, and remembers of each source no more than a ledger does. */
export class SequenceAudit {
  private readonly sources = new Map<string, PartySource>();
  private readonly sequences = new Map<string, Sequence>();
  /** By what they are about and their name: a step does not know what the one before it said. */
  private readonly found = new Map<string, Found>();
  private left = 0;

  constructor(private readonly most = MOST_FINDINGS) {}

  /** In the order of the log. */
  take(records: readonly FreshRecord[]): void {
    const { sources, sequences, findings } = followAll(records, { sources: this.sources, sequences: this.sequences });
    for (const one of sources) this.sources.set(one.source, one);
    for (const one of sequences) this.sequences.set(keyOf(one), one);
    for (const one of findings) this.find(one, records);
  }

  judge(recency: Recency): Judged {
    const { newest, within } = recency;
    const found = [...this.found.values()];
    const findings = found.filter(({ at }) => !isRecent(at, recency)).map(({ finding }) => finding);
    let pending = found.length - findings.length;
    for (const sequence of this.sequences.values()) {
      const { holes } = holesIn(sequence.gaps, within, newest);
      findings.push(...holes.map((hole) => holeFinding(sequence, hole)));
      pending += holesIn(sequence.gaps, 0, Infinity).holes.length - holes.length;
    }
    return { findings, pending, left: this.left };
  }

  private find(finding: Finding, records: readonly FreshRecord[]): void {
    const name = `${finding.subject} ${finding.name}`;
    const [place] = finding.evidence;
    const shows = records.find(({ shard, index }) => shard === place?.shard && index === place.index);
    if (this.found.has(name)) return;
    if (this.found.size < this.most) this.found.set(name, { finding, at: shows?.seenAt ?? -Infinity });
    else this.left += 1;
  }
}

type Hole = ReturnType<typeof holesIn>['holes'][number];

function holeFinding({ source, chain }: Sequence, { from, to, behind }: Hole): Finding {
  return {
    ...{ kind: 'hole', owner: partyOf(source), subject: chain, name: `hole ${from} ${source}` },
    ...{ numbers: { source, from, to }, members: [], evidence: [{ ...behind, leaf: '' }] },
  };
}
