import { createTestDatabase, rowsOf } from '../../../test/support/postgres.js';
import type { StagedSource } from './adapter-under-test.js';

const DEPARTMENT = `
department: { id: population, title: { zh: 人口库, en: Population Register } }
source: { kind: postgres, url: '\${SOURCE_URL}', statementTimeoutMs: 500 }
resources:
  - id: population/residents
    title: { zh: 居民, en: Residents }
    sharing: conditional
    from: { schema: secret_schema, table: secret_table }
    key: [resident_id]
    fields:
      resident_id: { column: secret_id, type: string, title: { zh: 号, en: Id }, operators: [eq, in] }
      name: { type: string, title: { zh: 名, en: Name }, operators: [eq, prefix] }
      district: { type: string, title: { zh: 区, en: District }, operators: [eq] }
      birth_date: { type: date, title: { zh: 生日, en: Birth }, operators: [eq, between] }
      household_size: { type: integer, title: { zh: 户, en: Size }, operators: [eq, gte] }
      mobile: { type: string, title: { zh: 电话, en: Mobile }, operators: [eq] }
`;

/** 50 residents, r000 to r049. */
export async function residentsInPostgres(): Promise<StagedSource> {
  const database = await createTestDatabase();
  await rowsOf(
    database.url,
    `create schema secret_schema;
     create table secret_schema.secret_table (secret_id char(4) primary key, name text, district text, birth_date date,
       household_size int, mobile text);
     insert into secret_schema.secret_table select 'r' || to_char(n, 'FM000'), '张三' || n, 'd' || n % 3,
       date '1988-01-01' + n, n % 5, '138' || n from generate_series(0, 49) n`,
  );
  return { department: DEPARTMENT, variables: { SOURCE_URL: database.url }, stop: () => database.drop() };
}
