import { DuckDBInstance } from '@duckdb/node-api';
import type { Value } from '#privacy/field-type.js';
import { localTime } from '../mysql/local-time.js';
import { people, PEOPLE, UTC_OFFSET } from '../../../../../test/sources/people.js';
import type { CsvFile, FileResource } from '../../config/department-resource.js';

export const options: CsvFile['options'] = {
  delimiter: '|',
  quote: '"',
  escape: '"',
  header: true,
  encoding: 'utf-8',
  nulls: ['N/A'],
};
const { fields } = PEOPLE;
export const csvResource: FileResource = {
  id: PEOPLE.id,
  title: PEOPLE.title,
  sharing: 'conditional',
  key: ['id'],
  from: { csv: 'people.csv', options: { ...options, dateFormat: '%d.%m.%Y' } },
  fields: {
    ...fieldsOf(),
    name: { ...fieldsOf().name, column: 'Full "name"; select 1 as c0' },
    local: { ...fieldsOf().local, column: 'Local  time', format: '%H:%M:%S.%f on %Y-%m-%d' },
  },
};

export function fieldsOf(): Record<keyof typeof fields, FileResource['fields'][string]> {
  return structuredClone(fields);
}

function quoted(value: Value): string {
  return value === null ? 'N/A' : `"${String(value).replaceAll('"', '""')}"`;
}

export function csvOf(rows: typeof people): string {
  const names = Object.keys(fields).map((name) => csvResource.fields[name]?.column ?? name);
  const lines = rows.map(({ id, name, small, big, amount, active, born, seen, local }) => {
    const day = born === null ? null : String(born).split('-').toReversed().join('.');
    const [localDay = '', time = ''] = local === null ? [] : localTime(String(local), UTC_OFFSET).split(' ');
    const clock = local === null ? null : `${time.includes('.') ? time : `${time}.0`} on ${localDay}`;
    return [id, name, small, big, amount, active, day, seen, clock].map(quoted).join('|');
  });
  return [names.map(quoted).join('|'), ...lines, ''].join('\n');
}

export async function writeParquet(path: string): Promise<void> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  await connection.run(`create table people (id varchar, name varchar, small int, big bigint, amount decimal(38, 18),
    active boolean, born date, seen timestamptz, local timestamp)`);
  for (const person of people) {
    const local = person.local === null ? null : localTime(String(person.local), UTC_OFFSET);
    const values = [...Object.values({ ...person, local })].map((value) => (value === null ? null : String(value)));
    await connection.run(
      `insert into people select $1, $2, cast($3 as int), cast($4 as bigint), cast($5 as decimal(38, 18)),
       cast($6 as boolean), cast($7 as date), cast($8 as timestamptz), cast($9 as timestamp)`,
      values,
    );
  }
  await connection.run(`copy people to '${path.replaceAll("'", "''")}' (format parquet)`);
  instance.closeSync();
}
