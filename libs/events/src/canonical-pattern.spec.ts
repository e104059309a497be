import { z } from 'zod';
import { canonicalPattern } from './canonical-pattern.js';

const has = (schema: z.ZodType, text: string) => canonicalPattern(schema, ['a'])?.test(text);

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
    for (const text of ['{"a":""}', '{"a":"第九条"}']) expect(has(schema, text)).toBe(true);
    for (const text of ['{"a":"abcd"}', '{"a":"\\n"}', '{"a":"\ufffd"}', '{"a":"a"b"}'])
      expect(has(schema, text)).toBe(false);
  });

  it('holds a text with a pattern to both bounds', () => {
    const schema = z.strictObject({ a: z.string().min(2).max(3).regex(/^x+$/) });
    expect(['', 'x', 'xx', 'xxx', 'xxxx', 'xy'].map((text) => has(schema, `{"a":"${text}"}`))).toEqual([
      false,
      false,
      true,
      true,
      false,
      false,
    ]);
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
    ['a pattern that is open at an end', z.strictObject({ a: z.string().regex(/x/) })],
  ])('is not made of %s', (_, schema) => {
    expect(canonicalPattern(schema, ['a'])).toBeUndefined();
  });
});
