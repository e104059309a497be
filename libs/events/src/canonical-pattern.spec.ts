import fc from 'fast-check';
import { z } from 'zod';
import { canonicalPattern } from './canonical-pattern.js';

const reads = (schema: z.ZodType, bytes: Buffer) => canonicalPattern(schema, [])?.test(bytes.toString('latin1'));
const has = (schema: z.ZodType, text: string) => reads(schema, Buffer.from(text));

describe('a pattern for canonical JSON', () => {
  it('has members in their order, and may miss those that are optional', () => {
    const first = z.strictObject({ a: z.literal('x'), b: z.boolean().optional(), c: z.boolean().optional() });
    for (const text of ['{"a":"x"}', '{"a":"x","b":true}', '{"a":"x","c":false}', '{"a":"x","b":true,"c":true}'])
      expect(has(first, text)).toBe(true);
    for (const text of ['{"b":true}', '{"a":"x",}', '{"c":true,"a":"x"}', '{"a":"x","d":1}', '{"a":"x"}\n'])
      expect(has(first, text)).toBe(false);
    const last = z.strictObject({ a: z.boolean().optional(), b: z.enum(['p', 'q']) });
    for (const text of ['{"b":"p"}', '{"a":true,"b":"q"}']) expect(has(last, text)).toBe(true);
    for (const text of ['{"a":true}', '{"b":"r"}', '{,"b":"p"}']) expect(has(last, text)).toBe(false);
  });

  it('holds text to its length, and leaves to others what has two spellings', () => {
    const schema = z.strictObject({ a: z.string().max(3) });
    for (const text of ['{"a":""}', '{"a":"第九条"}', '{"a":"é~\ud7ff"}', '{"a":"\ue000\ufffd"}'])
      expect(has(schema, text)).toBe(true);
    for (const text of ['{"a":"abcd"}', '{"a":"第九条款"}', '{"a":"\\n"}', '{"a":"\n"}', '{"a":"𝔸"}', '{"a":"a"b"}'])
      expect(has(schema, text)).toBe(false);
  });

  it('takes UTF-8 in its one spelling, and nothing else', () => {
    const schema = z.strictObject({ a: z.string() });
    const around = (text: Buffer) => Buffer.concat([Buffer.from('{"a":"'), text, Buffer.from('"}')]);
    const fatal = new TextDecoder('utf-8', { fatal: true });
    const ofBytes = fc.uint8Array({ minLength: 1, maxLength: 3 }).map((bytes) => Buffer.from(bytes));
    const ofText = fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) });
    fc.assert(
      fc.property(
        fc.oneof(
          ofBytes,
          ofText.map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          const isText = !isThrown(() => fatal.decode(bytes));
          const isPlain =
            isText &&
            !/\p{Cs}|[\u{10000}-\u{10ffff}]/u.test(bytes.toString()) &&
            JSON.stringify(bytes.toString()) === `"${bytes.toString()}"`;
          expect(reads(schema, around(bytes))).toBe(isPlain);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it.each([/^x+$/, /^x*$/, /^[x]*$/, /^[wx][x]*$/])('holds a text with the pattern %s to both bounds', (pattern) => {
    const schema = z.strictObject({ a: z.string().min(2).max(3).regex(pattern) });
    const texts = ['', 'x', 'xx', 'xxx', 'xxxx', 'xy', '"x'];
    expect(texts.filter((text) => has(schema, `{"a":"${text}"}`))).toEqual(['xx', 'xxx']);
  });

  it('takes nothing where the bounds leave no room for the pattern', () => {
    const schema = z.strictObject({
      a: z
        .string()
        .max(0)
        .regex(/^[x][x]*$/),
    });
    expect(['', 'x', 'x{0,-1}'].filter((text) => has(schema, `{"a":"${text}"}`))).toEqual([]);
  });

  it('gives what the captured members say, and nothing of groups within', () => {
    const schema = z.strictObject({ a: z.string().regex(/^(x|y)\d{2}$/), b: z.literal('z') });
    const text = '{"a":"x12","b":"z"}';
    expect(canonicalPattern(schema, ['a', 'b'])?.exec(text)?.slice(1)).toEqual(['x12', 'z']);
    expect(canonicalPattern(z.strictObject({ a: z.boolean() }), ['a'])).toBeUndefined();
  });

  it('reads whole numbers as they are written', () => {
    const schema = z.strictObject({ a: z.array(z.int().min(1)) });
    for (const text of ['{"a":[]}', '{"a":[1,20]}', '{"a":[999999999999999]}']) expect(has(schema, text)).toBe(true);
    for (const text of ['{"a":[0]}', '{"a":[01]}', '{"a":[1,]}', '{"a":[1.0]}', '{"a":[9007199254740992]}'])
      expect(has(schema, text)).toBe(false);
    expect(has(z.strictObject({ a: z.int().min(0) }), '{"a":0}')).toBe(true);
  });

  it.each([
    ['a number that may be a fraction', z.strictObject({ a: z.int().min(5) })],
    ['nothing but optional members', z.strictObject({ a: z.boolean().optional() })],
    ['a list of anything', z.strictObject({ a: z.array(z.unknown()) })],
    ['a member of any kind', z.strictObject({ a: z.unknown(), b: z.boolean() })],
    ['a pattern that could pass the end of the text', z.strictObject({ a: z.string().regex(/^.*$/) })],
    ['a pattern that takes all but something', z.strictObject({ a: z.string().regex(/^[^x]*$/) })],
    ['letters that are more than a byte', z.strictObject({ a: z.literal('第') })],
    ['a pattern with a bracket that is a letter', z.strictObject({ a: z.string().regex(/^[(]+$/) })],
    ['a pattern that is open at an end', z.strictObject({ a: z.string().regex(/x/) })],
  ])('is not made of %s', (_, schema) => {
    expect(canonicalPattern(schema, [])).toBeUndefined();
  });
});

function isThrown(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch {
    return true;
  }
}
