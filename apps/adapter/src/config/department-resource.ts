import { z } from 'zod';
import { fieldName, resourceId, title } from '#exchange/names.js';
import { field, sharing } from '#policy/resource.js';
import { forwardIssues } from '#platform/config/forward-issues.js';

const name = z.string().min(1).max(255);

/** `column`: what the source calls the field. Left out, it is called as the field is. */
const columnField = field.extend({ column: name.optional() });

/** `format`: how the file writes a date, timestamp (strptime of DuckDB) where it differs from the file's own option. */
const fileField = columnField.extend({ format: name.optional() });

/** `at`: a JSON Pointer (RFC 6901) from the row to the value. Left out: the row's member of the field's name. */
const httpField = field.extend({
  at: z.string().regex(/^\/.+/, 'a JSON Pointer such as /person/id').optional(),
});

const table = z.strictObject({ schema: name.optional(), table: name });

/** Adds a column with the rows' numbers from 1: the key of a file that has none. The file must keep its order. */
const rowNumber = name.optional();
const csv = z.strictObject({
  /** A path: absolute, or from the folder of the department's own file. */
  csv: name,
  rowNumber,
  options: z
    .strictObject({
      delimiter: z.string().min(1).max(4).default(','),
      quote: z.string().max(1).default('"'),
      escape: z.string().max(1).default('"'),
      header: z.boolean().default(true),
      encoding: z.enum(['utf-8', 'utf-16', 'latin-1']).default('utf-8'),
      /** Texts that mean that there is no value. */
      nulls: z.array(z.string().max(100)).max(20).default(['']),
      /** How dates and timestamps are written: strptime formats of DuckDB. Left out: ISO 8601. */
      dateFormat: name.optional(),
      timestampFormat: name.optional(),
    })
    .prefault({}),
});
const parquet = z.strictObject({ parquet: name, rowNumber });

/** `csv` or `parquet`: chosen by the member that is there, so that an error speaks of the one that was meant. */
const file = z.unknown().transform((value, context): z.output<typeof csv> | z.output<typeof parquet> => {
  const isParquet = typeof value === 'object' && value !== null && 'parquet' in value;
  const result = (isParquet ? parquet : csv).safeParse(value);
  if (result.success) return result.data;
  forwardIssues(result.error, context, value);
  return z.NEVER;
});

/**
 * A request template. A parameter whose value is exactly `{field.op}` takes the value of the condition of that field and
 * operator and is left out where the question has none; any other value is sent as it stands. `between` is
 * `{field.between_from}` and `{field.between_to}`; `in` repeats the parameter. In the path a placeholder stands for a
 * whole segment and may be `eq` only: the question must then have that condition. Values are always encoded.
 *
 * The API answers the whole match, unpaged; every condition, the order and the page are then applied to it here.
 */
const request = z.strictObject({
  method: z.enum(['GET', 'POST']).default('GET'),
  path: z.string().max(500).regex(/^\//, 'starts with a slash'),
  query: z.record(z.string(), z.string().max(500)).default({}),
  /** POST: the members of a JSON body, by the same rule. */
  body: z.record(z.string(), z.string().max(500)).optional(),
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/), z.string().max(500)).default({}),
  /** A JSON Pointer from the answer to its list of rows, or to the only row. */
  rowsAt: z
    .string()
    .regex(/^(\/.*)?$/, 'a JSON Pointer')
    .default(''),
  /** Answers with these statuses mean that there is no row: 404, if left out, where the path names what is looked for. */
  emptyOn: z.array(z.int().min(200).max(499)).optional(),
  /** An answer with more rows that meet every condition is refused. */
  maxRows: z.int().min(1).max(100_000).default(5000),
});

function resourceFrom<From extends z.ZodType, Field extends z.ZodType>(from: From, member: Field) {
  return z.strictObject({
    id: resourceId,
    title,
    sharing,
    from,
    /** Unique together and never null: the stable order that cursors need. */
    key: z.array(fieldName).min(1).max(8),
    /** Fields that say whom a row is about: by them its releases are found when a person's traces are to be erased. */
    subjects: z.array(fieldName).min(1).max(8).optional(),
    fields: z.record(fieldName, member),
  });
}

export const sqlResource = resourceFrom(table, columnField);
export type SqlResource = z.output<typeof sqlResource>;
export const fileResource = resourceFrom(file, fileField);
export type FileResource = z.output<typeof fileResource>;
export const httpResource = resourceFrom(request, httpField);
export type HttpResource = z.output<typeof httpResource>;
export type AnyResource = SqlResource | FileResource | HttpResource;
export type CsvFile = z.output<typeof csv>;
export type ParquetFile = z.output<typeof parquet>;
export type RequestTemplate = z.output<typeof request>;
