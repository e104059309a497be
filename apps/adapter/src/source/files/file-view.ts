import { sql } from 'kysely';
import type { CsvFile, FileResource, ParquetFile } from '../../config/department-resource.js';
import type { FieldType } from '#privacy/field-type.js';
import type { Fragment } from '../sql/sql-dialect.js';
import { viewTypes } from './duckdb-dialect.js';

/**
 * Bytes that are read at once. DuckDB's own choice is 32 MB, of which two queries at the same time would not fit into a
 * memory limit of 64.
 */
const CSV_BUFFER = 4 * 1024 * 1024;

/** A column as the file has it. */
export interface FileColumn {
  readonly name: string;
  /** DuckDB's name of the type. */
  readonly type: string;
}

export function pathOf(file: CsvFile | ParquetFile): string {
  return 'csv' in file ? file.csv : file.parquet;
}

/** The file as a table. Every column of a CSV is text: what a type means is said by the resource, never guessed. */
export function fileTable(file: CsvFile | ParquetFile, path: string, columns?: readonly FileColumn[]): Fragment {
  if (!('csv' in file)) return sql`read_parquet(${sql.lit(path)})`;
  const { options } = file;
  const arguments_: Fragment[] = [
    sql`${sql.lit(path)}`,
    sql`header = ${sql.lit(options.header)}`,
    sql`delim = ${sql.lit(options.delimiter)}`,
    sql`quote = ${sql.lit(options.quote)}`,
    sql`escape = ${sql.lit(options.escape)}`,
    sql`encoding = ${sql.lit(options.encoding)}`,
    sql`buffer_size = ${sql.lit(CSV_BUFFER)}`,
    sql`nullstr = [${sql.join(options.nulls.map((text) => sql.lit(text)))}]`,
    columns === undefined
      ? sql`all_varchar = true`
      : sql`auto_detect = false, columns = {${sql.join(columns.map(({ name }) => sql`${sql.lit(name)}: 'VARCHAR'`))}}`,
  ];
  return sql`read_csv(${sql.join(arguments_)})`;
}

/** `CREATE OR REPLACE VIEW name` with a column a field, each of its declared type, times in UTC. Reads the file at every query. */
export function fileView(
  name: string,
  { from, fields }: Pick<FileResource, 'from' | 'fields'>,
  table: Fragment,
  columns: readonly FileColumn[],
  minutesAhead: number,
): Fragment {
  const outputs = Object.entries(fields).map(([field, { column = field, type, format }]) => {
    const found = columns.find((one) => one.name === column);
    const reading: Reading = { type, format: format ?? formatOf(from, type), minutesAhead };
    return sql`${readAs(sql`${sql.id(column)}`, found?.type ?? 'BIGINT', reading)} as ${sql.id(field)}`;
  });
  const numbered = from.rowNumber === undefined ? sql`` : sql`row_number() over () as ${sql.id(from.rowNumber)}, `;
  return sql`create or replace view ${sql.id(name)} as select ${sql.join(outputs)} from (select ${numbered}* from ${table})`;
}

function formatOf(file: CsvFile | ParquetFile, type: FieldType): string | undefined {
  if (!('csv' in file)) return undefined;
  if (type === 'date') return file.options.dateFormat;
  return type === 'timestamp' ? file.options.timestampFormat : undefined;
}

interface Reading {
  readonly type: FieldType;
  /** strptime, where the column is text. */
  readonly format: string | undefined;
  /** Of UTC: the clock that times without a zone are read from. */
  readonly minutesAhead: number;
}

function readAs(column: Fragment, columnType: string, reading: Reading): Fragment {
  if (reading.type === 'timestamp') return readTimestamp(column, columnType, reading);
  if (reading.type === 'date' && reading.format !== undefined && columnType === 'VARCHAR') {
    return sql`cast(strptime(${column}, ${sql.lit(reading.format)}) as date)`;
  }
  // A float's shortest text is what was meant; its bits are not.
  const exact = columnType === 'DOUBLE' || columnType === 'FLOAT' ? sql`cast(${column} as varchar)` : column;
  return sql`cast(${exact} as ${viewTypes[reading.type]})`;
}

const OFFSET_AT_END = ':[0-9.]+(Z|[+-][0-9]{2}(:?[0-9]{2})?)$';

function readTimestamp(column: Fragment, columnType: string, { format, minutesAhead }: Reading): Fragment {
  const local = (time: Fragment) => sql`${time} - to_minutes(${sql.lit(minutesAhead)})`;
  if (columnType === 'TIMESTAMP WITH TIME ZONE') return sql`make_timestamp(epoch_us(${column}))`;
  if (columnType !== 'VARCHAR') return local(sql`cast(${column} as timestamp)`);
  if (format !== undefined) {
    const parsed = sql`strptime(${column}, ${sql.lit(format)})`;
    return format.includes('%z') ? sql`make_timestamp(epoch_us(${parsed}))` : local(parsed);
  }
  // The cast takes a written offset into account by itself.
  const time = sql`cast(${column} as timestamp)`;
  return sql`case when regexp_matches(${column}, ${sql.lit(OFFSET_AT_END)}) then ${time} else ${local(time)} end`;
}
