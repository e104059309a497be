import { goLog } from '../test/go-vectors.js';
import { codeOf } from '../test/thrown.js';
import { formatCheckpoint } from './checkpoint.js';
import { cosign, cosignatureMessage, parseCosignature } from './cosignature.js';
import { portableSign, publicKeyOf } from './ed25519.js';
import { NOTE_ALGORITHM, noteKey, parseVkey } from './note-key.js';
import { openCheckpoint } from './open-checkpoint.js';
import { portableNoteSigner, signNote, type NoteSigner } from './sign-note.js';
import { formatNote, parseNote } from './signed-note.js';
import { parseTlogProof } from './tlog-proof.js';
import { EMPTY_ROOT } from './tree-hash.js';

const note = parseTlogProof(goLog.proof).checkpoint;
const log = parseVkey(goLog.vkey);
const cosigners: NoteSigner[] = goLog.witnesses.map(({ name, seed }) => ({
  key: noteKey(name, NOTE_ALGORITHM.cosignature, publicKeyOf(seed)),
  sign: portableSign(seed),
}));
const witnesses = cosigners.map(({ key }) => key);
const times = [{ time: goLog.cosignedAt }, { time: goLog.cosignedAt }];

describe('cosignatures', () => {
  it('are the ones that the Go implementation makes', () => {
    const { text, signatures } = parseNote(note);
    expect(witnesses.map(({ keyId }) => keyId)).toEqual(goLog.witnesses.map(({ keyId }) => keyId));
    const made = cosigners.map((cosigner) => cosign(text, goLog.cosignedAt, cosigner));
    expect(formatNote({ text, signatures: [...signatures.slice(0, 1), ...made] })).toBe(note);
  });

  it('sign the time and the whole checkpoint', () => {
    expect(new TextDecoder().decode(cosignatureMessage('log\n0\nroot\n', 1_679_315_147))).toBe(
      'cosignature/v1\ntime 1679315147\nlog\n0\nroot\n',
    );
  });

  it('refuse times that cannot be, and read none', () => {
    expect(codeOf(() => cosignatureMessage('', -1))).toBe('INVALID_RANGE');
    expect(codeOf(() => cosignatureMessage('', 0.5))).toBe('INVALID_RANGE');
    expect(parseCosignature(new Uint8Array(72).fill(0xff))).toBeUndefined();
    expect(parseCosignature(new Uint8Array(71))).toBeUndefined();
    expect(parseCosignature(new Uint8Array(72))).toEqual({ time: 0, signature: new Uint8Array(64) });
  });
});

describe('opening a checkpoint', () => {
  it('believes the log and the witnesses', () => {
    const opened = openCheckpoint(note, { log, witnesses, quorum: 2 });
    expect(opened).toMatchObject({ origin: 'example.com/log', size: 300, cosignatures: times });
    expect(opened.cosignatures.map(({ name }) => name)).toEqual(['witness.example/w1', 'witness.example/w2']);
    expect(openCheckpoint(new TextEncoder().encode(note), { log }).cosignatures).toEqual([]);
  });

  it('wants as many witnesses as it was told, and counts a name once', () => {
    const trust = { log, witnesses: witnesses.slice(0, 1), quorum: 2 };
    expect(codeOf(() => openCheckpoint(note, trust))).toBe('TOO_FEW_WITNESSES');
    const [cosigner] = cosigners;
    const otherSeed = new Uint8Array(32).fill(9);
    const otherKey = noteKey(cosigner!.key.name, NOTE_ALGORITHM.cosignature, publicKeyOf(otherSeed));
    const { text, signatures } = parseNote(note);
    const twice = [
      ...signatures.slice(0, 2),
      cosign(text, goLog.cosignedAt, { key: otherKey, sign: portableSign(otherSeed) }),
    ];
    const both = { log, witnesses: [cosigner!.key, otherKey], quorum: 2 };
    expect(codeOf(() => openCheckpoint(formatNote({ text, signatures: twice }), both))).toBe('TOO_FEW_WITNESSES');
  });

  it('does not take a plain signature of a witness for a cosignature', () => {
    const seed = goLog.witnesses[0]!.seed;
    const plain = portableNoteSigner('witness.example/w1', seed);
    const body = formatCheckpoint({ origin: 'example.com/log', size: 0, root: EMPTY_ROOT });
    const signed = signNote(body, [portableNoteSigner('example.com/log', new Uint8Array(32).fill(7)), plain]);
    const trust = { log, witnesses: [plain.key], quorum: 1 };
    expect(codeOf(() => openCheckpoint(signed, trust))).toBe('TOO_FEW_WITNESSES');
  });

  it('refuses a checkpoint of which a known witness says something else', () => {
    const { text, signatures } = parseNote(note);
    const [first, second] = signatures;
    const later = cosign(text, goLog.cosignedAt + 1, cosigners[1]!).signature.slice();
    later.set(second!.signature.subarray(0, 8));
    const wrong = formatNote({ text, signatures: [first!, { ...second!, signature: later }] });
    expect(codeOf(() => openCheckpoint(wrong, { log, witnesses }))).toBe('SIGNATURE_REFUTED');
    const short = formatNote({ text, signatures: [first!, { ...second!, signature: later.subarray(8) }] });
    expect(codeOf(() => openCheckpoint(short, { log, witnesses }))).toBe('SIGNATURE_REFUTED');
  });

  it('refuses what witnesses cosigned and the log did not sign', () => {
    const { text, signatures } = parseNote(note);
    const unsigned = formatNote({ text, signatures: signatures.slice(1) });
    expect(codeOf(() => openCheckpoint(unsigned, { log, witnesses }))).toBe('SIGNATURE_MISSING');
  });

  it('refuses a checkpoint of another log by the same key', () => {
    const signer = portableNoteSigner('example.com/log', new Uint8Array(32).fill(7));
    const body = formatCheckpoint({ origin: 'example.com/other', size: 0, root: EMPTY_ROOT });
    expect(codeOf(() => openCheckpoint(signNote(body, [signer]), { log }))).toBe('ORIGIN_MISMATCH');
  });

  it('refuses a signed note that is no checkpoint', () => {
    const signer = portableNoteSigner('example.com/log', new Uint8Array(32).fill(7));
    expect(codeOf(() => openCheckpoint(signNote('hello\n', [signer]), { log }))).toBe('INVALID_CHECKPOINT');
  });
});
