import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatVkey } from '#merkle/note-key.js';
import { AWitness } from '../../test/a-witness.js';
import { readWitnessPolicyFile } from './witness-policy-file.js';

const [a, b] = [new AWitness('w/a', 1), new AWitness('w/b', 2)];
const entryOf = ({ name, signer }: AWitness) => ({
  name,
  url: `http://127.0.0.1:8811/${name}`,
  keys: [{ vkey: formatVkey(signer.key) }],
});
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-policy-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function read(change: Record<string, unknown> = {}) {
  const file = join(folder, 'policy.yaml');
  writeFileSync(file, JSON.stringify({ quorum: 1, witnesses: [entryOf(a), entryOf(b)], ...change }));
  return readWitnessPolicyFile(file);
}

it('reads whom to ask, where, and what verifiers are given of them', () => {
  const { policy, witnesses } = read();
  expect(policy).toMatchObject({ quorum: 1, witnesses: [a.witness, b.witness].map(({ name }) => ({ name })) });
  expect(witnesses.map(({ url, text }) => [url, text])).toEqual(
    [a, b].map(entryOf).map(({ url, ...text }) => [url, text]),
  );
});

it.each<[string, Record<string, unknown>, RegExp]>([
  ['a quorum that can be met', { quorum: 3 }, /quorum of 3 cannot be met by 2/],
  ['a quorum', { quorum: undefined }, /quorum/],
  ['an address', { witnesses: [{ ...entryOf(a), url: 'ftp://a' }] }, /url/],
  ['keys', { witnesses: [{ ...entryOf(a), keys: [] }] }, /keys/],
  ['the key of the witness itself', { witnesses: [{ ...entryOf(a), keys: entryOf(b).keys }] }, /is called w\/b/],
  [
    'a quorum that can be met, and says where it is not',
    { quorum: 3 },
    /^[^\n]*policy\.yaml:1:2: quorum: A quorum of 3 cannot be met by 2 witnesses$/,
  ],
  [
    'the key of the witness itself, and says which is not',
    { witnesses: [entryOf(a), { ...entryOf(b), keys: entryOf(a).keys }] },
    /policy\.yaml:1:\d+: witnesses\.1\.keys\.0\.vkey: The key of w\/b is called w\/a/,
  ],
  [
    'names that are there once, and says which is twice',
    { witnesses: [entryOf(a), entryOf(a)] },
    /policy\.yaml:1:\d+: witnesses\.1\.name: /,
  ],
  ['members that it knows', { threshold: 1 }, /threshold/],
])('insists on %s', (_, change, message) => {
  expect(() => read(change)).toThrow(message);
});
