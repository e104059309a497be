import type { Condition } from '#exchange/exchange-request.js';
import type { Field } from '#policy/resource.js';
import type { Value } from '#privacy/field-type.js';

/** One question to one resource, already within what was decided. Fields are the resource's names, never the source's. */
export interface ScopedQuery {
  readonly resource: string;
  /** What to read, in this order. No field twice. */
  readonly columns: readonly string[];
  /** All hold. Values are as a release writes them (`canonicalCondition`). */
  readonly where: readonly Condition[];
  /** A total order by itself or with `scatter`: it ends with the fields of the key that are not named before. */
  readonly order: readonly Order[];
  /** How rows follow each other that are equal in `order`, where the key's own order is not the caller's to know. */
  readonly scatter?: Scatter;
  /** Values of `order`, and the row's digest where there is a `scatter`: only rows after this place. */
  readonly after?: readonly Value[];
  /** Rows at the most. */
  readonly limit: number;
}

export interface Order {
  readonly field: string;
  readonly direction: 'asc' | 'desc';
  /**
   * Added by us so that no two rows are equal. A text's order is then the source's own, which its index has; asked for by
   * a caller, it is that of Unicode code points, alike for all sources.
   */
  readonly tieBreak: boolean;
}

/** Rows by ascending digest of their key: hexadecimal SHA-256 over `salt` and, chained on, the text of each field. */
export interface Scatter {
  readonly fields: readonly string[];
  /** 64 hexadecimal digits that nobody can guess: with them anyone could tell where a key that he knows would stand. */
  readonly salt: string;
}

/** Values by position of `columns`, as a release writes them; after them the row's digest where there is a `scatter`. */
export type SourceRow = readonly Value[];

/**
 * A department's own data. Every kind answers alike:
 * - a condition on a null holds for no row; texts are compared by code point, and `eq` is exact to the byte;
 * - nulls sort as if they were greater than any value: last ascending, first descending;
 * - integers past 2^53 and decimals are strings, dates YYYY-MM-DD, timestamps RFC 3339 in UTC, texts well-formed.
 *
 * Nothing is ever written to the source.
 */
export interface Source {
  /**
   * Throws a Problem: SOURCE_UNAVAILABLE, SOURCE_TIMEOUT or SOURCE_ANSWER_INVALID, or FILTER_INVALID where the source's
   * column cannot hold a value that was asked for. None tells anything of the source; the cause, which holds no data of a
   * row either, is for the log.
   */
  read(query: ScopedQuery, signal: AbortSignal): Promise<readonly SourceRow[]>;
  /** Whether every resource can be read. Rejects with the reason, which may name tables and files: for an operator. */
  check(): Promise<void>;
  /** Queries that run or wait for their turn. */
  readonly load: number;
  /** Call it once no read is under way. */
  close(): Promise<void>;
}

/** What a source must know of a resource. */
export interface ReadableResource {
  readonly id: string;
  readonly key: readonly string[];
  /** Fields that say whom a row is about. */
  readonly subjects?: readonly string[] | undefined;
  readonly fields: Readonly<Record<string, Field>>;
}
