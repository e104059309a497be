import { noteVectors } from '../test/go-vectors.js';
import { codeOf } from '../test/thrown.js';
import { decodeBase64 } from './base64.js';
import { formatVkey, parseVkey } from './note-key.js';
import { portableNoteSigner, signNote } from './sign-note.js';
import { verifyNote } from './verify-note.js';

const { exampleVkey, exampleNote, peterVkey, peterSecret, enochVkey, text, peterLine, enochLine } = noteVectors;
const peter = parseVkey(peterVkey);
const enoch = parseVkey(enochVkey);

describe('signing notes', () => {
  it('gives the note of the Go tests, byte for byte', () => {
    const signer = portableNoteSigner('PeterNeumann', decodeBase64(peterSecret).subarray(1));
    expect(formatVkey(signer.key)).toBe(peterVkey);
    expect(signNote(text, [signer])).toBe(`${text}\n${peterLine}`);
  });

  it('refuses a text without a final newline', () => {
    const signer = portableNoteSigner('log', new Uint8Array(32));
    expect(codeOf(() => signNote('text', [signer]))).toBe('INVALID_NOTE');
  });
});

describe('verifying notes', () => {
  it('verifies the example of the specification', () => {
    const key = parseVkey(exampleVkey);
    expect(verifyNote(exampleNote, [key])).toEqual({
      text: 'This is an example message.\n',
      verified: [{ key }],
      unknown: [],
    });
  });

  it('tells the signatures of known keys from those of others', () => {
    const note = `${text}\n${peterLine}${enochLine}`;
    const { verified, unknown } = verifyNote(note, [peter]);
    expect(verified).toEqual([{ key: peter }]);
    expect(unknown.map(({ name }) => name)).toEqual(['EnochRoot']);
    expect(verifyNote(note, [enoch, peter]).verified).toEqual([{ key: peter }, { key: enoch }]);
  });

  it('refuses a note that no known key signed', () => {
    expect(codeOf(() => verifyNote(`${text}\n${peterLine}`, [enoch]))).toBe('SIGNATURE_MISSING');
    expect(codeOf(() => verifyNote(`${text}\n${peterLine}`, []))).toBe('SIGNATURE_MISSING');
  });

  it('refuses a note if one known signature of several is wrong', () => {
    const note = `${text}\n${peterLine}${enochLine.replace('QQ=', 'QA=')}`;
    expect(codeOf(() => verifyNote(note, [peter, enoch]))).toBe('SIGNATURE_REFUTED');
    expect(codeOf(() => verifyNote(note, [peter]))).toBe('nothing');
  });

  it('refuses a note whose text was changed', () => {
    expect(codeOf(() => verifyNote(`${text.replace('you', 'we')}\n${peterLine}`, [peter]))).toBe('SIGNATURE_REFUTED');
  });

  it('refuses a signature that is cut short', () => {
    const short = '\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBt\n';
    expect(codeOf(() => verifyNote(`${text}\n${short}`, [peter]))).toBe('SIGNATURE_REFUTED');
  });

  it('counts a key once, however often it signed', () => {
    expect(verifyNote(`${text}\n${peterLine.repeat(3)}`, [peter, peter]).verified).toEqual([{ key: peter }]);
  });

  it('takes the name and the id together to know a key', () => {
    const otherName = { ...peter, name: 'PeterNeuman' };
    const otherId = { ...peter, keyId: 'c74f20a4' };
    expect(codeOf(() => verifyNote(`${text}\n${peterLine}`, [otherName, otherId]))).toBe('SIGNATURE_MISSING');
  });

  it('is not led astray by a key whose id was made to collide', () => {
    const forged = { ...peter, publicKey: enoch.publicKey };
    expect(verifyNote(`${text}\n${peterLine}`, [forged, peter]).verified).toEqual([{ key: peter }]);
    expect(codeOf(() => verifyNote(`${text}\n${peterLine}`, [forged]))).toBe('SIGNATURE_REFUTED');
  });
});
