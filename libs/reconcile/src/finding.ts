/**
 * What can be wrong with the records of an exchange. `more-released`: rows or fields past what was decided. `late`: the two
 * records lie further apart than a decision lives, or than outboxes may take. `duplicate`: one party wrote one record twice,
 * with other bytes.
 */
export const pairingKinds = [
  'decision-without-release',
  'release-without-decision',
  'failure-without-decision',
  'digests-differ',
  'more-released',
  'late',
  'duplicate',
] as const;
export type PairingKind = (typeof pairingKinds)[number];

/**
 * What can be wrong with a party's sequence. `hole`: records that stand in it did not come. `fork`: two records claim one
 * place, or one names another before it than the one that is there. Records that come after a hole was reported are noted at
 * that alert and make none. `unplaced`: a record stands in no sequence although its party's do. `unanchored`: a sequence was
 * begun that is not tied to those which its party had. `unfollowed`: there is more than can be followed.
 */
export const sequenceKinds = ['hole', 'fork', 'unplaced', 'unanchored', 'unfollowed'] as const;
export type SequenceKind = (typeof sequenceKinds)[number];

export const findingKinds = [...pairingKinds, ...sequenceKinds] as const;
export type FindingKind = (typeof findingKinds)[number];

/** Where an entry stands in the logs. */
export interface Place {
  readonly shard: number;
  readonly index: number;
}

export interface PairingFinding {
  readonly kind: PairingKind;
  /** Who has to explain it: the department whose record is missing or wrong, or `gateway`. */
  readonly owner: string;
  readonly evidence: readonly Place[];
  /** The members that do not fit, in the order of their names. */
  readonly members: readonly string[];
}

/** `gateway` of `gateway`, `population` of `adapter/population`. */
export function partyOf(source: string): string {
  return source.slice(source.indexOf('/') + 1);
}
