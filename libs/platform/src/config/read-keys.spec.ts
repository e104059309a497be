import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSigningKey, privateJwk, publicJwk } from '#exchange/keys.js';
import { ConfigError } from './config-error.js';
import { readPublicKeys, readSigningKey } from './read-keys.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-keys-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const file = join(folder, 'keys.json');
const holding = (content: unknown) => {
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};
const [one, other] = [generateSigningKey('EdDSA'), generateSigningKey('ES256')];

it('reads a private key', () => {
  expect(readSigningKey(holding(privateJwk(one)), 'KEY_FILE').kid).toBe(one.kid);
  expect(readSigningKey(holding(privateJwk(one)), 'KEY_FILE', 'EdDSA').kid).toBe(one.kid);
});

it('reads a set of public keys, by thumbprint', () => {
  const keys = readPublicKeys(holding({ keys: [publicJwk(one.key), publicJwk(other.key)] }), 'KEYS_FILE');
  expect([...keys.keys()]).toEqual([one.kid, other.kid]);
});

it.each<[string, () => unknown, RegExp]>([
  ['a file that is not there', () => readSigningKey(join(folder, 'none'), 'KEY_FILE'), /KEY_FILE .*none: .*ENOENT/],
  ['a public key', () => readSigningKey(holding(publicJwk(one.key)), 'KEY_FILE'), /KEY_FILE .*KEY_NOT_PRIVATE/],
  ['another algorithm', () => readSigningKey(holding(privateJwk(other)), 'KEY_FILE', 'EdDSA'), /EdDSA.* not ES256/],
  ['an empty set', () => readPublicKeys(holding({ keys: [] }), 'KEYS_FILE'), /KEYS_FILE .*keys/s],
  ['one key instead of a set', () => readPublicKeys(holding(publicJwk(one.key)), 'KEYS_FILE'), /KEYS_FILE .*keys/s],
  [
    'a key that is none',
    () => readPublicKeys(holding({ keys: [publicJwk(one.key), { kty: 'RSA' }] }), 'KEYS_FILE'),
    /^KEYS_FILE .*keys\.json:1:\d+: keys\.1: KEY_MALFORMED/,
  ],
  ['private keys', () => readPublicKeys(holding({ keys: [privateJwk(one)] }), 'KEYS_FILE'), /KEY_MALFORMED/],
])('names the setting and the file where it finds %s', (_, read, message) => {
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(message);
});

it('does not repeat what a private key file holds', () => {
  expect(() => readSigningKey(holding('{"d":"secret'), 'KEY_FILE')).toThrow(/^(?!.*secret)/);
});
