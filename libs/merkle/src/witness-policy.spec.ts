import { codeOf } from '../test/thrown.js';
import { publicKeyOf } from './ed25519.js';
import { formatVkey, NOTE_ALGORITHM, noteKey, type NoteAlgorithm } from './note-key.js';
import { countQuorum, keysOfWitnesses, readWitnessPolicy, type WitnessPolicyText } from './witness-policy.js';

const keyOf = (name: string, seed: number, algorithm: NoteAlgorithm = NOTE_ALGORITHM.cosignature) =>
  noteKey(name, algorithm, publicKeyOf(new Uint8Array(32).fill(seed)));
const vkeyOf = (...of: Parameters<typeof keyOf>) => formatVkey(keyOf(...of));
const [a, b, c] = [keyOf('w/a', 1), keyOf('w/b', 2), keyOf('w/c', 3)];
const bNew = keyOf('w/b', 4);
/** `b` changes its key: for a day both count. */
const text: WitnessPolicyText = {
  quorum: 2,
  witnesses: [
    { name: 'w/a', keys: [{ vkey: formatVkey(a) }] },
    {
      name: 'w/b',
      keys: [
        { vkey: formatVkey(b), until: '2026-06-02T00:00:00Z' },
        { vkey: formatVkey(bNew), from: '2026-06-01T00:00:00Z' },
      ],
    },
    { name: 'w/c', keys: [{ vkey: formatVkey(c) }] },
  ],
};
const policy = readWitnessPolicy(text);
const at = (key: typeof a, time: string) => ({ name: key.name, keyId: key.keyId, time: Date.parse(time) / 1000 });
const MAY = '2026-05-31T23:59:59Z';
const BOTH = '2026-06-01T12:00:00Z';
const JUNE = '2026-06-02T00:00:00Z';

describe('a quorum', () => {
  it('names who cosigned and who did not', () => {
    expect(countQuorum([at(c, MAY), at(a, MAY)], policy)).toEqual({
      needed: 2,
      cosigned: ['w/a', 'w/c'],
      missing: ['w/b'],
      met: true,
    });
    expect(countQuorum([at(a, MAY)], policy)).toMatchObject({ met: false, missing: ['w/b', 'w/c'] });
    expect(countQuorum([], { quorum: 0, witnesses: [] })).toMatchObject({ met: true });
  });

  it('counts a witness once, with however many keys', () => {
    expect(countQuorum([at(b, BOTH), at(bNew, BOTH)], policy)).toMatchObject({ cosigned: ['w/b'], met: false });
  });

  it('takes each key for the time in which it is valid', () => {
    const byOld = (time: string) => countQuorum([at(b, time)], policy).cosigned.length;
    const byNew = (time: string) => countQuorum([at(bNew, time)], policy).cosigned.length;
    expect([byOld(MAY), byOld(BOTH), byOld(JUNE)]).toEqual([1, 1, 0]);
    expect([byNew(MAY), byNew(BOTH), byNew(JUNE)]).toEqual([0, 1, 1]);
  });

  it('does not take the key of one witness for another', () => {
    expect(countQuorum([{ ...at(a, MAY), name: 'w/c' }], policy).cosigned).toEqual([]);
  });
});

describe('a policy', () => {
  it('gives the keys of all its witnesses', () => {
    expect(keysOfWitnesses(policy)).toEqual([a, b, bNew, c]);
  });

  const one = (vkey: string, more = {}) => ({ quorum: 1, witnesses: [{ name: 'w/a', keys: [{ vkey, ...more }] }] });
  it.each<[string, WitnessPolicyText, string]>([
    ['a quorum that cannot be met', { ...text, quorum: 4 }, 'INVALID_RANGE'],
    ['a witness that is named twice', { ...text, witnesses: [...text.witnesses, ...text.witnesses] }, 'INVALID_RANGE'],
    ['a key that is none', one('w/a+00000000+AAAA'), 'INVALID_KEY'],
    ['the key of another', one(formatVkey(b)), 'INVALID_KEY'],
    ['a key that cannot cosign', one(vkeyOf('w/a', 1, NOTE_ALGORITHM.ed25519)), 'INVALID_KEY'],
    ['a period without a time in it', one(formatVkey(a), { from: BOTH, until: BOTH }), 'INVALID_RANGE'],
    ['a time that is none', one(formatVkey(a), { from: 'June' }), 'INVALID_RANGE'],
  ])('refuses %s', (_, wrong, code) => {
    expect(codeOf(() => readWitnessPolicy(wrong))).toBe(code);
  });

  it('refuses one key under two names: its holder would count for two', () => {
    const witnesses = ['w/a', 'w/b'].map((name) => ({ name, keys: [{ vkey: vkeyOf(name, 1) }] }));
    expect(codeOf(() => readWitnessPolicy({ quorum: 2, witnesses }))).toBe('INVALID_KEY');
  });
});
