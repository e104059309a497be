/** What is known of where a source's sequences are kept. */
export interface Anchors {
  /** The databases that its records named. */
  readonly databases: readonly string[];
  /** One of its sequences was begun by a record that names none, as those did that were written before any did. */
  readonly isUnnamed: boolean;
}

/** A record as it stands in its sequence, and what it names besides. */
export interface Anchoring {
  readonly chain: string;
  /** From 1. */
  readonly number: number;
  readonly database?: string;
  /** Whether it names a record of a sequence of its source that was known before. */
  readonly namesKnown: boolean;
}

export const UNANCHORED: Anchors = { databases: [], isUnnamed: false };

/**
 * Whether a record ties its sequence to those that its source had before. All sequences of one database name it in their
 * first record, in whichever order these come; so a sequence that names none, or another one, was begun beside what was
 * there, and what stood in the others may have been left out. Each database is told once.
 */
export function anchorSequence(
  anchors: Anchors,
  { chain, number, database, namesKnown }: Anchoring,
): { readonly anchors: Anchors; readonly isAnchored: boolean } {
  const { databases, isUnnamed } = anchors;
  if (database !== undefined) {
    if (databases.includes(database)) return { anchors, isAnchored: true };
    const goesOn = number > 1 || namesKnown;
    const isFirst = databases.length === 0 && (!isUnnamed || goesOn);
    return { anchors: { databases: [...databases, database], isUnnamed }, isAnchored: isFirst };
  }
  if (number > 1) return { anchors, isAnchored: true };
  const isAnchored = databases.includes(chain) || (databases.length === 0 && !isUnnamed);
  return { anchors: { databases, isUnnamed: true }, isAnchored };
}
