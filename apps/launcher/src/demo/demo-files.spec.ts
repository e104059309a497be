import { join } from 'node:path';
import { exchangeRequest } from '#exchange/exchange-request.js';
import { readDemoFiles } from './demo-files.js';

const files = readDemoFiles(join(import.meta.dirname, '..', '..', '..', '..', 'deploy', 'demo'));

it('publishes of a department what its resources are, and nothing of where they lie', () => {
  const text = JSON.stringify(files.departments);
  expect(files.departments.map(({ department }) => department.id)).toEqual([
    'population',
    'real-estate',
    'social-security',
    'transport',
  ]);
  for (const hidden of ['id_number', 'resident_register', 'parquet', 'Cost Total', 'SOURCE_URL']) {
    expect(text).not.toContain(hidden);
  }
});

it('asks well-formed questions, with the applicant put in', () => {
  const { asks, attempts, applicant, purpose, basis, officer, ...check } = files.jointCheck;
  expect(JSON.stringify([asks, attempts])).not.toContain('${APPLICANT}');
  for (const { resource, select, where } of [...asks, ...attempts]) {
    const request = { resource, mode: 'records', purpose, basis, case: check.case, officer, select, where };
    expect(exchangeRequest.safeParse(request).error).toBeUndefined();
  }
  expect(asks.every(({ where }) => where.some((one) => 'value' in one && one.value === applicant))).toBe(true);
});

it('gives every system that asks or has agreed a key', () => {
  const systems = new Set(files.systems.map(({ id }) => id));
  expect(systems.has(files.jointCheck.system)).toBe(true);
  expect(files.agreements.map(({ consumer }) => consumer).filter((one) => !systems.has(one))).toEqual([]);
});
