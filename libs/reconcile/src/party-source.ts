import { UNANCHORED, type Anchors } from './anchor-sequence.js';

/** What is known of a source as a whole. */
export interface PartySource extends Anchors {
  readonly source: string;
  /** How many sequences of it are followed. */
  readonly sequences: number;
  /** How many gaps these have together, but for the one that each ends with. */
  readonly gaps: number;
  /** How many of its records stand in no sequence although it had begun one. */
  readonly unplaced: number;
}

/**
 * Sequences of one source. A database has as many as there were ever commits at once, and those of processes that were
 * killed within the last minute: tens.
 */
export const MOST_SEQUENCES = 1000;
/**
 * Gaps of one source that wait or were reported. Where one of four shards stands still, there is one for every fourth record
 * of those that came to the others meanwhile.
 */
export const MOST_GAPS = 10_000;
/** Databases of one source: it has another one where none could be restored. */
export const MOST_DATABASES = 100;
/** Records of one source that are an alert each, since they stand in no sequence. */
export const MOST_UNPLACED = 100;

export function newSource(source: string): PartySource {
  return { source, ...UNANCHORED, sequences: 0, gaps: 0, unplaced: 0 };
}
