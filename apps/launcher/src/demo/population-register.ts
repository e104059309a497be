import type { Client } from 'pg';
import type { Household, Person } from './people.js';

export const POPULATION_SCHEMA = 'register';

const TABLES = `
  create table register.households (
    household_no  text primary key,
    district_code char(6) not null,
    district_name text not null,
    address       text not null
  );
  create table register.residents (
    id_number        char(18) primary key,
    full_name        text not null,
    sex              text not null check (sex in ('male', 'female')),
    birth_date       date not null,
    household_no     text not null references register.households,
    relation         text not null,
    marital_status   text not null,
    registered_since date not null,
    mobile           text,
    updated_at       timestamptz not null
  );
  create view register.resident_register as
    select r.*, h.district_code, h.district_name, h.address,
           (select count(*) from register.residents m where m.household_no = r.household_no)::int as household_size
      from register.residents r join register.households h using (household_no);
`;

/** The population register: two tables and the view that is shared. */
export async function fillPopulationRegister(client: Client, people: readonly Person[]): Promise<void> {
  await client.query(TABLES);
  const households = [...new Map(people.map((person) => [person.household.number, person.household])).values()];
  await insertHouseholds(client, households);
  await insertResidents(client, people);
  // After the rows: one sort instead of an insertion a row.
  await client.query('create index on register.residents (household_no)');
}

async function insertHouseholds(client: Client, households: readonly Household[]): Promise<void> {
  await client.query(
    'insert into register.households select * from unnest($1::text[], $2::text[], $3::text[], $4::text[])',
    [
      households.map((one) => one.number),
      households.map((one) => one.district.code),
      households.map((one) => one.district.name),
      households.map((one) => one.address),
    ],
  );
}

async function insertResidents(client: Client, people: readonly Person[]): Promise<void> {
  await client.query(
    `insert into register.residents
       select id, name, sex, birth, household, relation, marital, since, mobile, since + time '09:00' at time zone 'UTC'
         from unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::text[], $6::text[], $7::text[], $8::date[],
                     $9::text[]) as person(id, name, sex, birth, household, relation, marital, since, mobile)`,
    [
      people.map((one) => one.id),
      people.map((one) => one.name),
      people.map((one) => one.sex),
      people.map((one) => one.birth),
      people.map((one) => one.household.number),
      people.map((one) => one.relation),
      people.map((one) => one.maritalStatus),
      people.map((one) => one.registeredSince),
      people.map((one) => one.phone ?? null),
    ],
  );
}
