import type { ReadableResource, ScopedQuery, SourceRow } from '../source.js';
import { SourceFailure } from '../source-failure.js';
import { readValue } from '../read-value.js';

/** Rows of text, by position of the query's columns, as values. A null in the key would break every cursor. */
export function readRows(
  rows: readonly (readonly (string | null)[])[],
  query: ScopedQuery,
  resource: ReadableResource,
  utcOffset: string,
): readonly SourceRow[] {
  const columns = query.columns.map((field) => ({
    type: resource.fields[field]?.type ?? 'string',
    isKey: resource.key.includes(field),
  }));
  // The digest of a key stands where the key would: it is a text, and null where the key is.
  if (query.scatter !== undefined) columns.push({ type: 'string', isKey: true });
  return rows.map((row) =>
    columns.map(({ type, isKey }, index) => {
      const text = row[index] ?? null;
      if (isKey && text === null) throw new SourceFailure('SOURCE_ANSWER_INVALID', `${resource.id}: a key is null`);
      return readValue(text, type, utcOffset);
    }),
  );
}

/** Reads nothing, and shows that every column of the resource is there and may be read. */
export function probeOf(resource: ReadableResource): ScopedQuery {
  const order = resource.key.map((field) => ({ field, direction: 'asc', tieBreak: true }) as const);
  return { resource: resource.id, columns: Object.keys(resource.fields), where: [], order, limit: 0 };
}
