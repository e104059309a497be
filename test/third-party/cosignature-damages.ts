import { decodeBase64, encodeBase64 } from '#merkle/base64.js';

export interface CosignatureDamage {
  readonly name: string;
  /** Of a signed note, or of a proof with one at its end. */
  readonly apply: (signed: string) => string;
}

/** Of the bytes in a signature line: the key's id, the time in seconds, the signature. */
const TIME_AT = 4;
const SIGNATURE_AT = 12;

/**
 * What must not be accepted where every witness must have cosigned. `witnesses`: their names. `older`: a checkpoint that the
 * log signed and all of them cosigned before.
 */
export function cosignatureDamages(witnesses: readonly string[], older: string): readonly CosignatureDamage[] {
  const [one = '', another = ''] = witnesses;
  return [
    ...witnesses.flatMap((name) => [
      changed(`a flipped bit in the cosignature of ${name}`, name, (bytes) => flip(bytes, SIGNATURE_AT + 9)),
      changed(`another second in the cosignature of ${name}`, name, (bytes) => flip(bytes, SIGNATURE_AT - 1)),
      damage(`all but the cosignature of ${name}`, (lines) => lines.filter((line) => nameOf(line) !== name)),
    ]),
    changed('a time of centuries ago', one, (bytes) => Buffer.from(bytes).fill(0, TIME_AT, SIGNATURE_AT)),
    changed('a cosignature that is cut short', one, (bytes) => bytes.subarray(0, -1)),
    changed('a cosignature of another key of the witness', one, (bytes) => flip(bytes, 0)),
    damage('one witness twice, and another not at all', (lines) => {
      const twice = lineOf(lines, one);
      return lines.map((line) => (nameOf(line) === another ? twice : line));
    }),
    damage('the cosignature of one witness under the name of another', (lines) => {
      const borrowed = lineOf(lines, one).replace(one, another);
      return lines.map((line) => (nameOf(line) === another ? borrowed : line));
    }),
    damage('the cosignature of one witness under the name and the key of another', (lines) => {
      const borrowed = bytesOf(lineOf(lines, one)).subarray(TIME_AT);
      return replaced(lines, another, (bytes) => Buffer.concat([bytes.subarray(0, TIME_AT), borrowed]));
    }),
    damage('the cosignatures of an older checkpoint', ([own = '']) => [own, ...linesOf(older).slice(1)]),
    damage('the cosignatures without the log’s own signature', (lines) => lines.slice(1)),
    damage('the log’s own signature alone', (lines) => lines.slice(0, 1)),
  ];
}

/** `change`: of the signature lines, of which the log's own is the first. */
function damage(name: string, change: (lines: readonly string[]) => readonly string[]): CosignatureDamage {
  const apply = (signed: string): string => {
    const text = signed.slice(0, signed.lastIndexOf('\n\n') + 2);
    const damaged = `${text}${change(linesOf(signed)).join('\n')}\n`;
    if (damaged === signed) throw new Error(`${name}: nothing is damaged`);
    return damaged;
  };
  return { name, apply };
}

function changed(name: string, witness: string, change: (bytes: Uint8Array) => Uint8Array): CosignatureDamage {
  return damage(name, (lines) => replaced(lines, witness, change));
}

function replaced(lines: readonly string[], witness: string, change: (bytes: Uint8Array) => Uint8Array): string[] {
  return lines.map((line) => (nameOf(line) === witness ? `— ${witness} ${encodeBase64(change(bytesOf(line)))}` : line));
}

function linesOf(signed: string): readonly string[] {
  return signed.slice(signed.lastIndexOf('\n\n') + 2, -1).split('\n');
}

function lineOf(lines: readonly string[], witness: string): string {
  const line = lines.find((one) => nameOf(one) === witness);
  if (line === undefined) throw new Error(`${witness} has not cosigned`);
  return line;
}

function nameOf(line: string): string {
  return line.split(' ')[1] ?? '';
}

function bytesOf(line: string): Uint8Array {
  return decodeBase64(line.slice(line.lastIndexOf(' ') + 1));
}

function flip(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.with(at, (bytes[at] ?? 0) ^ 1);
}
