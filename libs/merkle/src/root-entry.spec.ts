import { codeOf } from '../test/thrown.js';
import { formatCheckpoint } from './checkpoint.js';
import { formatListDigest, listDigest, readRootEntry } from './root-entry.js';
import { portableNoteSigner, signNote } from './sign-note.js';

const FAMILY = 'ledger.test/log';
const signer = portableNoteSigner(FAMILY, new Uint8Array(32).fill(1));
const digest = { family: FAMILY, version: 3 };

it('tells a checkpoint from the digest of a list', () => {
  const checkpoint = { origin: `${FAMILY}/0`, size: 7, root: new Uint8Array(32).fill(2) };
  expect(readRootEntry(signNote(formatCheckpoint(checkpoint), [signer]))).toEqual({ kind: 'checkpoint', checkpoint });
  expect(readRootEntry(signNote(formatListDigest(digest, 'the list\n'), [signer]))).toEqual({
    kind: 'list',
    list: { ...digest, digest: listDigest('the list\n') },
  });
});

it('hashes the list as it was signed: SHA-256 of its bytes', () => {
  expect(Buffer.from(listDigest('abc')).toString('hex')).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
  expect(listDigest(Buffer.from('abc'))).toEqual(listDigest('abc'));
});

it.each<[string, (text: string) => string]>([
  ['without a version', (text) => text.replace('\n3\n', '\n\n')],
  ['with a version that has a leading zero', (text) => text.replace('\n3\n', '\n03\n')],
  ['with a line too many', (text) => `${text}more\n`],
  ['with a digest of another length', (text) => text.replace(/\S+\n$/, 'AwM=\n')],
])('refuses a digest %s', (_, change) => {
  const note = signNote(change(formatListDigest(digest, 'the list\n')), [signer]);
  expect(codeOf(() => readRootEntry(note))).toBe('INVALID_SHARD_LIST');
});

it('refuses what is no note and no checkpoint', () => {
  expect(codeOf(() => readRootEntry('{"type":"access.decided.v1"}'))).toBe('INVALID_NOTE');
  const note = signNote('hello\n', [signer]);
  expect(codeOf(() => readRootEntry(note))).toBe('INVALID_CHECKPOINT');
});
