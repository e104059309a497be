import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { readEnvironment } from '#platform/config/read-environment.js';
import { environmentFile } from './hand-out.js';
import { Preparation } from './preparation.js';
import { preparationConfig } from './preparation-config.js';

const demo = join(import.meta.dirname, '..', '..', '..', '..', 'deploy', 'demo');
const adapters = ['population', 'social-security', 'real-estate', 'transport'];
const variables = {
  DATABASE_URL: 'postgres://postgres@postgres:5432/postgres',
  POPULATION_DATABASE_URL: 'postgres://postgres@source-population:5432/postgres',
  SOCIAL_SECURITY_DATABASE_URL: 'postgres://postgres:known@elsewhere:5432/postgres',
  GATEWAY_URL: 'http://gateway:8800',
  LEDGER_URL: 'http://ledger:8801',
  LEDGER_SHARDS: '2',
  ADAPTER_URLS: adapters.map((id) => `${id}=http://adapter-${id}:8810`).join(', '),
};
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sluice-prepare-'));
});

afterEach(() => {
  rmSync(home, { recursive: true });
});

function prepareKeys(): void {
  const config = readEnvironment(preparationConfig, { ...variables, SLUICE_HOME: home });
  new Preparation(config, demo, () => undefined).keys();
}

function handedOut(service: string): string[] {
  return readdirSync(join(home, 'handout', service)).sort();
}

function content(service: string, file: string): string {
  return readFileSync(join(home, 'handout', service, file), 'utf8');
}

it('gives each service its own private key and nobody else’s', () => {
  prepareKeys();
  expect(handedOut('gateway')).toEqual(['gateway.jwk.json', 'operators.jwks.json']);
  expect(handedOut('ledger')).toEqual(['ledger.jwk.json', 'operators.jwks.json', 'sources.json', 'witnesses.json']);
  for (const id of adapters)
    expect(handedOut(`adapter-${id}`)).toEqual([
      ...['adapter.jwk.json', 'gateway.jwks.json', 'operators.jwks.json'],
      ...['witness.json', 'witness.jwk.json'],
    ]);
  const ofAdapters = adapters.flatMap((id) => [`adapter-${id}/adapter`, `adapter-${id}/witness`]);
  const own = ['gateway/gateway', 'ledger/ledger', ...ofAdapters];
  expect(new Set(own.map((path) => readFileSync(join(home, 'handout', `${path}.jwk.json`), 'utf8'))).size).toBe(10);
});

it('makes each department a witness of every shard and the root log, and has the ledger ask each of them', () => {
  prepareKeys();
  const { quorum, witnesses } = JSON.parse(content('ledger', 'witnesses.json')) as {
    quorum: number;
    witnesses: { name: string; url: string; keys: { vkey: string }[] }[];
  };
  expect([quorum, witnesses.map(({ url }) => url)]).toEqual([
    3,
    adapters.map((id) => `http://adapter-${id}:8810/witness`),
  ]);
  for (const [at, id] of adapters.entries()) {
    const { name, logs } = JSON.parse(content(`adapter-${id}`, 'witness.json')) as {
      name: string;
      logs: { origin: string; vkey: string }[];
    };
    expect(witnesses[at]).toMatchObject({ name, keys: [{ vkey: expect.stringContaining(`${name}+`) as string }] });
    expect(logs.map(({ origin }) => origin)).toEqual(
      ['0', '1', 'root'].map((log) => `sluice.localhost/evidence/${log}`),
    );
  }
});

it('lets only the owner read private keys, and PostgreSQL its password', () => {
  prepareKeys();
  const modeOf = (path: string) => statSync(join(home, 'handout', path)).mode & 0o777;
  expect(modeOf('gateway/gateway.jwk.json')).toBe(0o600);
  expect(modeOf('cli/keys/operator.jwk.json')).toBe(0o600);
  expect(modeOf('postgres/password')).toBe(0o444);
});

it('makes a password for each server that has none yet, and for no other', () => {
  prepareKeys();
  expect(content('postgres', 'password')).toMatch(/^[\w-]{32}$/);
  expect(content('postgres', 'password')).not.toBe(content('source-population', 'password'));
  expect(readdirSync(join(home, 'handout'))).not.toContain('source-social-security');
});

it('leaves everything as it is when it runs again', () => {
  prepareKeys();
  const before = [content('gateway', 'gateway.jwk.json'), content('postgres', 'password')];
  prepareKeys();
  expect([content('gateway', 'gateway.jwk.json'), content('postgres', 'password')]).toEqual(before);
});

it('writes connections as Node reads them', () => {
  const url = 'postgres://gateway:a-b_c@postgres:5432/gateway?sslmode=verify-full#';
  expect(parseEnv(environmentFile({ DATABASE_URL: url }))).toEqual({ DATABASE_URL: url });
});

it.each([
  ['ADAPTER_URLS', { ADAPTER_URLS: 'population=http://adapter-population:8810' }],
  ['ADAPTER_URLS', { ADAPTER_URLS: `${variables.ADAPTER_URLS},transport=ftp://adapter-transport` }],
  ['DATABASE_URL', { DATABASE_URL: 'mysql://postgres' }],
  ['GATEWAY_URL', { GATEWAY_URL: undefined }],
])('names %s where it is wrong: %j', (name, change) => {
  const environment = { ...variables, SLUICE_HOME: home, ...change };
  expect(() => readEnvironment(preparationConfig, environment)).toThrow(new RegExp(`^  ${name}`, 'm'));
});
