import type { HttpResource } from '../../config/department-resource.js';
import type { NamedRow } from '../evaluate.js';
import { readValue } from '../read-value.js';
import { SourceFailure } from '../source-failure.js';
import { at, readJson, scalarText } from './read-json.js';

/** The rows of an answer's body. Throws SOURCE_ANSWER_INVALID where it is anything but rows with unique keys. */
export function readAnswer(bytes: Uint8Array, resource: HttpResource, utcOffset: string): NamedRow[] {
  const found = at(readJson(bytes), resource.from.rowsAt);
  if (typeof found !== 'object' || found === null) throw invalid(resource, 'no rows where they should be');
  const list: readonly unknown[] = Array.isArray(found) ? found : [found];
  if (list.length > resource.from.maxRows) throw invalid(resource, `more than ${resource.from.maxRows} rows`);
  const rows = list.map((row) => readRow(row, resource, utcOffset));
  const keys = new Set(rows.map((row) => JSON.stringify(resource.key.map((field) => row[field]))));
  if (keys.size < rows.length) throw invalid(resource, 'two rows of one key');
  return rows;
}

function readRow(row: unknown, resource: HttpResource, utcOffset: string): NamedRow {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) throw invalid(resource, 'a row is no object');
  const values = Object.entries(resource.fields).map(([name, field]) => {
    const value = readValue(scalarText(at(row, field.at ?? `/${name}`)), field.type, utcOffset);
    if (value === null && resource.key.includes(name)) throw invalid(resource, 'a key is missing');
    return [name, value] as const;
  });
  return Object.fromEntries(values);
}

function invalid(resource: HttpResource, reason: string): SourceFailure {
  return new SourceFailure('SOURCE_ANSWER_INVALID', `${resource.id}: ${reason}`);
}
