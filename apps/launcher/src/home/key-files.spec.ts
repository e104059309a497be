import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { algorithmOf } from '#exchange/keys.js';
import { keyFile, publishKeys } from './key-files.js';
import { Secrets } from './secrets.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-keys-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('makes a key once, and finds it again', () => {
  const first = keyFile(folder, 'gateway');
  expect(keyFile(folder, 'gateway').key.kid).toBe(first.key.kid);
  expect(keyFile(folder, 'ledger').key.kid).not.toBe(first.key.kid);
});

it('makes keys of the algorithm that is asked for', () => {
  expect(algorithmOf(keyFile(folder, 'a').key.key)).toBe('EdDSA');
  expect(algorithmOf(keyFile(folder, 'b', 'ES256').key.key)).toBe('ES256');
});

it('lets nobody else read private keys and passwords', () => {
  const secrets = join(folder, 'secrets.json');
  new Secrets(secrets).passwordOf('gateway');
  for (const file of [keyFile(folder, 'gateway').file, secrets]) expect(statSync(file).mode & 0o077).toBe(0);
});

it('publishes public halves only', () => {
  const file = publishKeys(folder, 'gateway', [keyFile(folder, 'gateway')]);
  const published = JSON.parse(readFileSync(file, 'utf8')) as { keys: Record<string, unknown>[] };
  expect(published.keys.map((key) => Object.keys(key).sort())).toEqual([['alg', 'crv', 'kid', 'kty', 'use', 'x']]);
});

it('keeps a password for each role across starts', () => {
  const file = join(folder, 'secrets.json');
  const first = new Secrets(file);
  const [gateway, ledger] = [first.passwordOf('gateway'), first.passwordOf('ledger')];
  const second = new Secrets(file);
  expect([second.passwordOf('gateway'), second.passwordOf('ledger')]).toEqual([gateway, ledger]);
  expect(gateway).not.toBe(ledger);
});
