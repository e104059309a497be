import { z } from 'zod';
import { exchangeRequest } from '#exchange/exchange-request.js';
import { Problem } from '#exchange/problem.js';
import { parseBody } from './json-body.js';

const refusal = (text: string | Buffer, schema: z.ZodType = z.strictObject({ name: z.string() })) => {
  try {
    parseBody(Buffer.from(text), schema);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('was taken');
};

it('reads a body that fits', () => {
  expect(parseBody(Buffer.from('{"name":"王"}'), z.strictObject({ name: z.string() }))).toEqual({ name: '王' });
});

it.each([
  ['nothing', ''],
  ['half a body', '{"name":'],
  ['another member after the end', '{"name":"a"} x'],
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
  ['a byte order mark', '\uFEFF{"name":"a"}'],
  ['__proto__', '{"__proto__":{"admin":true},"name":"a"}'],
  ['__proto__ in escapes', '{"\\u005f_proto__":{"admin":true},"name":"a"}'],
  ['a member twice', '{"name":"a","name":"b"}'],
  ['a member twice, once in escapes', '{"name":"a","n\\u0061me":"b"}'],
  ['a member twice, further in', '{"name":[{"a":1,"b":{"c":1},"a":2}]}'],
  ['nesting past the limit', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
])('answers MALFORMED_JSON to %s', (_, text) => {
  expect(refusal(text).code).toBe('MALFORMED_JSON');
});

it('does not take brackets in strings for nesting', () => {
  const name = '[{'.repeat(40) + '\\"[['.repeat(10);
  expect(() => parseBody(Buffer.from(`{"name":"${name}"}`), z.strictObject({ name: z.string() }))).not.toThrow();
});

it('takes equal names in different objects, and equal values', () => {
  const schema = z.strictObject({ list: z.array(z.strictObject({ a: z.string(), b: z.string() })) });
  const body = '{"list":[{"a":"a","b":"a"},{"a":"a","b":",{"}]}';
  expect(parseBody(Buffer.from(body), schema).list).toHaveLength(2);
});

it('names the place of each error and repeats no value', () => {
  const problem = refusal('{"name":{"secret":"13800138000"}}');
  expect(problem.code).toBe('INVALID_REQUEST');
  expect(problem.extra.errors).toEqual([{ pointer: '/name', message: expect.any(String) as string }]);
  expect(JSON.stringify(problem.toDetails())).not.toContain('13800138000');
});

const asked = (change: Record<string, unknown>) =>
  JSON.stringify({
    resource: 'population/residents',
    mode: 'records',
    purpose: 'gov:HousingEligibility',
    basis: { law: 'L', article: '1' },
    case: 'C-1',
    officer: 'O-1',
    select: ['name'],
    ...change,
  });

it.each([
  ['a homoglyph in a field name', { select: ['nаme'] }],
  ['a zero-width space in a field name', { select: ['na\u200bme'] }],
  ['a full-width resource', { resource: 'ｐopulation/residents' }],
  ['a field twice', { select: ['name', 'name'] }],
  ['NUL in a value', { where: [{ field: 'name', op: 'eq', value: 'a\0b' }] }],
  ['a lone surrogate', { officer: '\ud800' }],
  ['a number past 2^53', { where: [{ field: 'age', op: 'eq', value: 2 ** 53 }] }],
  ['a member that nobody knows', { admin: true }],
  ['an operator that nobody knows', { where: [{ field: 'name', op: 'like', value: '%' }] }],
  ['no field at all', { select: [] }],
  ['no officer', { officer: '' }],
  ['a fraction as limit', { limit: 1.5 }],
  ['a limit past the most', { limit: 1001 }],
])('answers INVALID_REQUEST to %s', (_, change) => {
  expect(refusal(asked(change), exchangeRequest).code).toBe('INVALID_REQUEST');
});
