import type { Condition } from '#exchange/exchange-request.js';
import type { HttpResource } from '../../config/department-resource.js';
import { meetsAll, type NamedRow } from '../evaluate.js';
import { readValue } from '../read-value.js';
import { SourceFailure } from '../source-failure.js';
import { at, readJson, scalarText } from './read-json.js';

/**
 * The rows of an answer's body that the question asks for. Throws SOURCE_ANSWER_INVALID where it is anything but rows, or
 * these have no unique keys or are too many. Of the others nothing else is looked at: a caller must not learn by an error
 * that there are rows which he may not ask for.
 */
export function readAnswer(
  bytes: Uint8Array,
  { resource, where, utcOffset }: { resource: HttpResource; where: readonly Condition[]; utcOffset: string },
): NamedRow[] {
  const found = at(readJson(bytes), resource.from.rowsAt);
  if (typeof found !== 'object' || found === null) throw invalid(resource, 'no rows where they should be');
  const list: readonly unknown[] = Array.isArray(found) ? found : [found];
  const named = [...new Set(where.map(({ field }) => field))];
  const rows = list.flatMap((row): NamedRow | readonly NamedRow[] => {
    const read = (fields: readonly string[]) => readFields(row, fields, resource, utcOffset);
    return meetsAll(where, read(named), resource) ? read(Object.keys(resource.fields)) : [];
  });
  if (rows.length > resource.from.maxRows) throw invalid(resource, `more than ${resource.from.maxRows} rows`);
  const keys = new Set(rows.map((row) => JSON.stringify(resource.key.map((field) => row[field]))));
  if (keys.size < rows.length) throw invalid(resource, 'two rows of one key');
  return rows;
}

function readFields(row: unknown, names: readonly string[], resource: HttpResource, utcOffset: string): NamedRow {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) throw invalid(resource, 'a row is no object');
  const values = names.map((name) => {
    const field = resource.fields[name];
    if (field === undefined) throw new RangeError(`${resource.id} has no field ${name}`);
    const value = readValue(scalarText(at(row, field.at ?? `/${name}`)), field.type, utcOffset);
    if (value === null && resource.key.includes(name)) throw invalid(resource, 'a key is missing');
    return [name, value] as const;
  });
  return Object.fromEntries(values);
}

function invalid(resource: HttpResource, reason: string): SourceFailure {
  return new SourceFailure('SOURCE_ANSWER_INVALID', `${resource.id}: ${reason}`);
}
