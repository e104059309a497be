import type { Random } from './random.js';

type Mutation = (bytes: Buffer, random: Random) => Buffer;

const numbers = ['0', '00', '01', '-1', '+1', '1.0', '1e9', '0x10', '9007199254740991', '9007199254740992'];
const largeNumbers = ['18446744073709551615', '9'.repeat(400), '١٢', '１２', ' 1', '1 ', ''];
const texts = [
  '\u2014',
  '—',
  '\ufeff',
  '\u202e',
  '\u0000',
  '\r\n',
  '\n\n',
  '\u00a0',
  'é',
  'e\u0301',
  '\ud83d\ude00',
  '__proto__',
];
const tokens = [
  '+',
  '/',
  '=',
  '==',
  '.',
  '..',
  '%2e',
  '\\',
  '"',
  '{',
  '[',
  ']',
  '}',
  ':',
  ';',
  ',',
  'null',
  'true',
  '[]',
  '{}',
];

const mutations: readonly Mutation[] = [
  function flipBit(bytes, random) {
    const copy = Buffer.from(bytes);
    const at = random.below(copy.length);
    if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
    return copy;
  },
  function setByte(bytes, random) {
    const copy = Buffer.from(bytes);
    const at = random.below(copy.length);
    if (at < copy.length) copy[at] = random.pick([0, 0x0a, 0x20, 0x22, 0x30, 0x2e, 0x7f, 0x80, 0xc0, 0xff]);
    return copy;
  },
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  (bytes, random) => bytes.subarray(random.below(bytes.length + 1)),
  function removeSome(bytes, random) {
    const at = random.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(8))]);
  },
  function repeatSome(bytes, random) {
    const at = random.below(bytes.length + 1);
    const part = bytes.subarray(at, at + 1 + random.below(64));
    return Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at)]);
  },
  (bytes, random) => insert(bytes, random, Buffer.from(random.pick(texts))),
  (bytes, random) => insert(bytes, random, Buffer.from(random.pick(tokens))),
  (bytes, random) => insert(bytes, random, Buffer.from(random.pick(tokens).repeat(1 + random.below(3000)))),
  (bytes, random) => changeLines(bytes, (lines) => lines.splice(random.below(lines.length), 0, random.pick(lines))),
  (bytes, random) => changeLines(bytes, (lines) => lines.splice(random.below(lines.length), 1)),
  (bytes, random) =>
    changeLines(bytes, (lines) => {
      const [a, b] = [random.below(lines.length), random.below(lines.length)];
      [lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? ''];
    }),
  (bytes, random) => changeLines(bytes, (lines) => lines.splice(0, 0, ...repeated(lines, 1 + random.below(200)))),
  (bytes, random) => changeNumber(bytes, random, () => random.pick(numbers)),
  (bytes, random) => changeNumber(bytes, random, () => random.pick(largeNumbers)),
  (bytes, random) => changeNumber(bytes, random, (number) => `0${number}`),
  (bytes, random) => changeNumber(bytes, random, (number) => String(Number(number) + 1 - 2 * random.below(2))),
  function changeCase(bytes, random) {
    const text = bytes.toString('latin1');
    return Buffer.from(random.below(2) === 0 ? text.toUpperCase() : text.toLowerCase(), 'latin1');
  },
  function rubbish(_, random) {
    return Buffer.from(Array.from({ length: random.below(200) }, () => random.below(256)));
  },
];

/** An input that was valid, changed in one to three ways; now and then not changed at all. */
export function mutate(bytes: Buffer, random: Random): Buffer {
  let changed = bytes;
  for (let left = random.below(20) === 0 ? 0 : 1 + random.below(3); left > 0; left -= 1) {
    changed = random.pick(mutations)(changed, random);
  }
  return Buffer.from(changed);
}

function insert(bytes: Buffer, random: Random, added: Buffer): Buffer {
  const at = random.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at)]);
}

/** Lines as bytes, so that what is no text stays as it is. */
function changeLines(bytes: Buffer, change: (lines: string[]) => unknown): Buffer {
  const lines = bytes.toString('latin1').split('\n');
  change(lines);
  return Buffer.from(lines.join('\n'), 'latin1');
}

function repeated(lines: readonly string[], times: number): string[] {
  return Array.from({ length: times }, (_, at) => lines[at % lines.length] ?? '');
}

function changeNumber(bytes: Buffer, random: Random, change: (number: string) => string): Buffer {
  const text = bytes.toString('latin1');
  const found = [...text.matchAll(/\d+/g)];
  if (found.length === 0) return bytes;
  const { 0: number, index } = random.pick(found);
  const changed = Buffer.from(change(number));
  return Buffer.concat([bytes.subarray(0, index), changed, bytes.subarray(index + number.length)]);
}
