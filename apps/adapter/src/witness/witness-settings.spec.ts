import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSigningKey, privateJwk } from '#exchange/keys.js';
import { formatVkey, NOTE_ALGORITHM } from '#merkle/note-key.js';
import { nodeNoteSigner } from '#merkle/node-cryptography.js';
import { ALog, keyOf } from '../../test/witnessed-log.js';
import { readWitnessSettings } from './witness-settings.js';

const log = new ALog('log.test/0');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-witness-'));
  for (const [name, algorithm] of [
    ['one', 'EdDSA'],
    ['two', 'EdDSA'],
    ['p256', 'ES256'],
  ] as const) {
    writeFileSync(join(folder, `${name}.jwk.json`), JSON.stringify(privateJwk(generateSigningKey(algorithm))));
  }
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function read(change: Record<string, unknown> = {}) {
  const whole = {
    name: 'witness.test/a',
    keys: [{ file: 'one.jwk.json' }],
    logs: [{ origin: log.origin, vkey: log.vkey }],
    ...change,
  };
  const file = join(folder, 'witness.yaml');
  writeFileSync(file, JSON.stringify(whole));
  return readWitnessSettings(file);
}

it('reads keys beside the file, each with its time, and logs by their origins', () => {
  const settings = read({
    keys: [
      { file: 'one.jwk.json', until: '2026-06-02T00:00:00Z' },
      { file: 'two.jwk.json', from: '2026-06-01T00:00:00+08:00' },
    ],
  });
  expect(settings.signers).toMatchObject([
    { from: -Infinity, until: Date.parse('2026-06-02T00:00:00Z') },
    { from: Date.parse('2026-05-31T16:00:00Z'), until: Infinity },
  ]);
  expect(settings.signers[0]?.signer.key).toMatchObject({
    name: 'witness.test/a',
    algorithm: NOTE_ALGORITHM.cosignature,
  });
  expect(settings.logs.get(log.origin)).toEqual([log.signer.key]);
});

it('takes two keys of one log', () => {
  const second = new ALog(log.origin, 'a', 8);
  const logs = [log, second].map(({ origin, vkey }) => ({ origin, vkey }));
  expect(read({ logs }).logs.get(log.origin)).toHaveLength(2);
});

it('reads the checkpoints that were seen, from a folder that need not be there', () => {
  expect(read({ seen: 'seen' }).seen).toEqual([]);
  mkdirSync(join(folder, 'seen'));
  writeFileSync(join(folder, 'seen', 'one'), log.note(5));
  expect(read({ seen: 'seen' }).seen).toMatchObject([{ origin: log.origin, size: 5, note: log.note(5) }]);
});

it('takes nothing as seen that no watched log has signed', () => {
  mkdirSync(join(folder, 'seen'));
  writeFileSync(join(folder, 'seen', 'one'), new ALog(log.origin, 'a', 8).note(5));
  expect(() => read({ seen: 'seen' })).toThrow(/seen.one is no checkpoint/);
});

it.each<[string, Record<string, unknown>, RegExp]>([
  ['a key', { keys: [] }, /keys/],
  ['a key that is there', { keys: [{ file: 'none.jwk.json' }] }, /none\.jwk\.json/],
  ['an Ed25519 key', { keys: [{ file: 'p256.jwk.json' }] }, /EdDSA/],
  ['a log', { logs: [] }, /logs/],
  [
    'a vkey',
    { logs: [{ origin: log.origin, vkey: 'x' }] },
    /witness\.yaml:1:\d+: logs\.0\.vkey: the vkey of log\.test\/0/,
  ],
  [
    'the vkey of a log, not of a witness',
    { logs: [{ origin: 'w', vkey: witnessVkey() }] },
    /none that a log signs with/,
  ],
  ['a name that can stand in a signature', { name: 'a b' }, /witness\.yaml:1:2: name: .*key name/],
  ['members that it knows', { quorum: 1 }, /quorum/],
])('insists on %s', (_, change, message) => {
  expect(() => read(change)).toThrow(message);
});

function witnessVkey(): string {
  return formatVkey(nodeNoteSigner('w', keyOf(1), NOTE_ALGORITHM.cosignature).key);
}
