import type { Client } from 'pg';
import type { Insurance, Insured } from './insurance.js';

export const SOCIAL_SECURITY_SCHEMA = 'sbk';

/**
 * Tables and columns are named by the trade's own codes (LD/T 92: aac002 is the identity number, aae180 the contribution
 * base), months are integers like 202610, birth is one too. The view is what the office shares.
 */
const TABLES = `
  create table sbk.ab01 (aab001 bigint primary key, aab004 varchar(100) not null);
  create table sbk.ac01 (
    aac001 bigint primary key,
    aac002 varchar(18) not null unique,
    aac003 varchar(50) not null,
    aac004 char(1) not null,
    aac006 integer not null
  );
  create table sbk.ac02 (
    aac001 bigint not null references sbk.ac01,
    aae140 char(3) not null,
    aab001 bigint not null references sbk.ab01,
    aac008 char(1) not null,
    primary key (aac001, aae140)
  );
  create table sbk.ac43 (
    aac001 bigint not null,
    aae140 char(3) not null,
    aae041 integer not null,
    aae042 integer not null,
    aae180 numeric(10, 2) not null,
    primary key (aac001, aae140, aae041),
    foreign key (aac001, aae140) references sbk.ac02
  );
`;

/** 110: pension of employees. */
const VIEW = `
  create view sbk.v_participation as
    select p.aac001, p.aac002, p.aac003, e.aab004, e.aab001, i.aac008, paid.months, paid.first_month, paid.last_month, latest.aae180
      from sbk.ac01 p
      join sbk.ac02 i on i.aac001 = p.aac001 and i.aae140 = '110'
      join sbk.ab01 e on e.aab001 = i.aab001
     cross join lateral (
       select sum((aae042 / 100 - aae041 / 100) * 12 + aae042 % 100 - aae041 % 100 + 1)::int as months,
              to_char(to_date(min(aae041)::text, 'YYYYMM'), 'YYYY-MM') as first_month,
              to_char(to_date(max(aae042)::text, 'YYYYMM'), 'YYYY-MM') as last_month
         from sbk.ac43 where aac001 = i.aac001 and aae140 = i.aae140) paid
     cross join lateral (
       select aae180 from sbk.ac43 where aac001 = i.aac001 and aae140 = i.aae140 order by aae041 desc limit 1) latest;
`;

export async function fillSocialSecurity(client: Client, insurance: Insurance): Promise<void> {
  await client.query(TABLES);
  await client.query('insert into sbk.ab01 select * from unnest($1::bigint[], $2::text[])', [
    insurance.employers.map((one) => one.number),
    insurance.employers.map((one) => one.name),
  ]);
  await insertInsured(client, insurance.insured);
  await insertPeriods(client, insurance.insured);
  await client.query(VIEW);
}

async function insertInsured(client: Client, insured: readonly Insured[]): Promise<void> {
  const numbers = insured.map((one) => one.number);
  await client.query(
    'insert into sbk.ac01 select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::int[])',
    [
      numbers,
      insured.map(({ person }) => person.id),
      insured.map(({ person }) => person.name),
      insured.map(({ person }) => (person.sex === 'male' ? '1' : '2')),
      insured.map(({ person }) => person.birth.replaceAll('-', '')),
    ],
  );
  await client.query(
    "insert into sbk.ac02 select number, '110', employer, status from unnest($1::bigint[], $2::bigint[], $3::text[]) as i(number, employer, status)",
    [numbers, insured.map((one) => one.employer.number), insured.map((one) => (one.active ? '1' : '2'))],
  );
}

async function insertPeriods(client: Client, insured: readonly Insured[]): Promise<void> {
  const rows = insured.flatMap((one) => one.periods.map((period) => ({ ...period, number: one.number })));
  await client.query(
    `insert into sbk.ac43 select number, '110', month_from, month_to, base
       from unnest($1::bigint[], $2::int[], $3::int[], $4::numeric[]) as p(number, month_from, month_to, base)`,
    [
      rows.map((row) => row.number),
      rows.map((row) => row.from),
      rows.map((row) => row.to),
      rows.map((row) => row.base),
    ],
  );
}
