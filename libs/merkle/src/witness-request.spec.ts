import fc from 'fast-check';
import { codeOf } from '../test/thrown.js';
import { formatWitnessRequest, parseWitnessRequest } from './witness-request.js';

/** The example of c2sp.org/tlog-witness, byte for byte. */
const EXAMPLE = `old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
\u2014 example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
`;
const parse = (text: string) => parseWitnessRequest(new TextEncoder().encode(text));
const HASH = 'PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n';
const [, ...note] = EXAMPLE.split(/(?<=\n\n)/);
const NOTE = note.join('');

it('reads the example of the specification, and writes it again', () => {
  const read = parse(EXAMPLE);
  expect(read).toMatchObject({
    old: 20_852_014,
    checkpoint: { origin: 'example.com/behind-the-sofa', size: 20_852_163 },
  });
  expect(read.proof).toHaveLength(4);
  expect(formatWitnessRequest(read)).toBe(EXAMPLE);
});

it('reads a request without a proof, and a checkpoint with extension lines', () => {
  expect(parse(`old 0\n\n${NOTE}`)).toMatchObject({ old: 0, proof: [], note: NOTE });
  const extended = NOTE.replace('q2I=\n', 'q2I=\nextension\n');
  expect(parse(`old 0\n\n${extended}`)).toMatchObject({ note: extended, checkpoint: { size: 20_852_163 } });
});

it('takes 63 hashes, and no more', () => {
  expect(parse(`old 1\n${HASH.repeat(63)}\n${NOTE}`).proof).toHaveLength(63);
  const hash = new Uint8Array(32);
  const tooMany = { old: 1, proof: Array.from({ length: 64 }, () => hash), note: NOTE };
  expect(codeOf(() => formatWitnessRequest(tooMany))).toBe('INVALID_REQUEST');
});

it.each([
  ['nothing', ''],
  ['no checkpoint', 'old 1\n'],
  ['64 hashes', `old 1\n${HASH.repeat(64)}\n${NOTE}`],
  ['no old size', `\n\n${NOTE}`],
  ['an old size with a zero before it', `old 01\n\n${NOTE}`],
  ['an old size with two spaces', `old  1\n\n${NOTE}`],
  ['an old size of nothing', `old \n\n${NOTE}`],
  ['a negative old size', `old -1\n\n${NOTE}`],
  ['an old size that no number holds', `old 9007199254740992\n\n${NOTE}`],
  ['another word', `new 1\n\n${NOTE}`],
  ['a carriage return', `old 1\r\n\n${NOTE}`],
  ['a hash that is cut short', `old 1\nPlRNCrwHpqhGrupue0L7\n\n${NOTE}`],
  ['a hash that is not canonical', `old 1\n${HASH.replace('kaw=', 'kax=')}\n${NOTE}`],
  ['an unsigned checkpoint', 'old 1\n\nlog\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'],
  ['a note that is no checkpoint', `old 1\n\n${NOTE.replace('20852163', 'many')}`],
  ['an empty line too many', `old 1\n\n\n${NOTE}`],
])('refuses %s', (_, text) => {
  expect(codeOf(() => parse(text))).toBe('INVALID_REQUEST');
});

it('refuses whatever is not UTF-8', () => {
  const bytes = new TextEncoder().encode(EXAMPLE);
  bytes[2] = 0xff;
  expect(codeOf(() => parseWitnessRequest(bytes))).toBe('INVALID_REQUEST');
});

it('refuses all else with the same code, and writes again what it reads', () => {
  const line = fc.oneof(
    fc.constantFrom('old 1', 'old 0', '', 'log', '7', HASH.trim(), ...EXAMPLE.split('\n')),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const text = lines.join('\n');
      const outcome = codeOf(() => {
        expect(formatWitnessRequest(parse(text))).toBe(text);
      });
      expect(['nothing', 'INVALID_REQUEST']).toContain(outcome);
    }),
  );
});
