import type { FindingKind, PairingFinding, Place } from './finding.js';

/** An entry of the log that shows something, with its leaf hash in base64url. */
export interface Evidence extends Place {
  readonly leaf: string;
}

/** Numbers of a sequence that a source writes. */
export interface Numbers {
  readonly source: string;
  readonly from: number;
  readonly to: number;
}

/** What is wrong, ready to become an alert. */
export interface Finding {
  readonly kind: FindingKind;
  readonly owner: string;
  /** The exchange or, with `numbers`, the sequence. */
  readonly subject: string;
  /** Tells apart what can be wrong with one subject: the same finding has the same name however often it is made. */
  readonly name: string;
  readonly numbers?: Numbers;
  readonly members: readonly string[];
  readonly evidence: readonly Evidence[];
}

/** A record that came although it had been reported as missing. `number`: its place in the sequence `subject` of `source`. */
export interface Arrival {
  readonly subject: string;
  readonly place?: { readonly source: string; readonly number: number };
  readonly evidence: readonly Evidence[];
}

export const missingKinds = [
  'decision-without-release',
  'release-without-decision',
  'failure-without-decision',
] as const satisfies readonly FindingKind[];
const missing: ReadonlySet<string> = new Set(missingKinds);

/**
 * A missing record is one thing, whatever else there is of the exchange by then; all others are about the entries that
 * show them, so that a third copy is found although the second was.
 */
export function pairingFinding(
  exchange: string,
  { kind, owner, members, evidence }: PairingFinding,
  leafAt: (place: Place) => string,
): Finding {
  const places = evidence.map(({ shard, index }) => `${shard}/${index}`).sort();
  return {
    ...{ kind, owner, members, subject: exchange },
    name: missing.has(kind) ? kind : [kind, ...places].join(' '),
    evidence: evidence.map(({ shard, index }) => ({ shard, index, leaf: leafAt({ shard, index }) })),
  };
}

export function evidenceOf({ shard, index, leaf }: Evidence): Evidence {
  return { shard, index, leaf };
}
