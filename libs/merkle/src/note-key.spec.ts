import fc from 'fast-check';
import { noteVectors } from '../test/go-vectors.js';
import { codeOf } from '../test/thrown.js';
import { formatVkey, NOTE_ALGORITHM, noteKey, parseVkey, requireKeyName } from './note-key.js';

const { exampleVkey, peterVkey, enochVkey } = noteVectors;

describe('note keys', () => {
  it.each([exampleVkey, peterVkey, enochVkey, 'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2'])(
    'reads and writes %s',
    (vkey) => {
      expect(formatVkey(parseVkey(vkey))).toBe(vkey);
    },
  );

  it('gives a key another id for cosignatures', () => {
    const { name, publicKey } = parseVkey(exampleVkey);
    expect(noteKey(name, NOTE_ALGORITHM.ed25519, publicKey).keyId).toBe('530d903a');
    expect(noteKey(name, NOTE_ALGORITHM.cosignature, publicKey).keyId).toBe('7c264079');
  });

  it('refuses every part of a verifier key, as Go does', () => {
    for (let from = 0; from <= peterVkey.length; from += 1) {
      for (let to = from + 1; to <= peterVkey.length; to += 1) {
        if (from === 0 && to === peterVkey.length) continue;
        expect(codeOf(() => parseVkey(peterVkey.slice(from, to)))).toBe('INVALID_KEY');
      }
    }
  });

  it('refuses a verifier key with any one character changed', () => {
    for (let at = 0; at < peterVkey.length; at += 1) {
      const next = String.fromCharCode(peterVkey.charCodeAt(at) + 1);
      const changed = peterVkey.slice(0, at) + next + peterVkey.slice(at + 1);
      expect(codeOf(() => parseVkey(changed))).toBe('INVALID_KEY');
    }
  });

  it.each([
    ['a key of the wrong length', 'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=='],
    ['an unknown algorithm', 'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'],
    ['a key id in capitals', peterVkey.replace('c74f20a3', 'C74F20A3')],
    ['no key', 'PeterNeumann+c74f20a3+'],
  ])('refuses %s', (_, vkey) => {
    expect(codeOf(() => parseVkey(vkey))).toBe('INVALID_KEY');
  });

  it('refuses whatever else with INVALID_KEY', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(codeOf(() => parseVkey(text))).toBe('INVALID_KEY');
      }),
    );
  });

  it.each(['', 'a b', 'a+b', 'a\u00a0b', 'a\u2003b', 'a\u0085b', 'a\nb', 'a\u0000b', 'a\ud800'])(
    'refuses the name %j',
    (name) => {
      expect(
        codeOf(() => {
          requireKeyName(name);
        }),
      ).toBe('INVALID_KEY');
    },
  );

  it('takes names in any script', () => {
    expect(
      codeOf(() => {
        requireKeyName('人口.example/日志');
      }),
    ).toBe('nothing');
  });

  it('refuses a key that is not 32 bytes', () => {
    expect(codeOf(() => noteKey('log', NOTE_ALGORITHM.ed25519, new Uint8Array(33)))).toBe('INVALID_KEY');
  });
});
