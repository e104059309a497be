import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonicalText, isCanonical } from './canonical-json.js';

const check = (text: string) => isCanonical(JSON.parse(text), text);

it('takes the canonical text of any JSON, and of no other spelling of it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.integer({ min: 0, max: 4 }), (json, indent) => {
      const text = JSON.stringify(json, undefined, indent);
      expect(check(text)).toBe(canonicalText(JSON.parse(text)) === text);
      const canonical = canonicalize(json);
      expect(canonical === undefined || check(canonical)).toBe(true);
      expect(canonicalText(json)).toBe(canonical);
    }),
    { numRuns: 2000 },
  );
});

it('has no text for what has no canonical form', () => {
  const formless = [NaN, Infinity, ['\ud800'], { '\udfff': 1 }, [1n], { a: { b: -Infinity } }];
  expect(formless.map(canonicalText)).toEqual(formless.map(() => undefined));
});

it('leaves out what is not there, in whatever order', () => {
  expect(canonicalText({ a: undefined, b: [{ d: 1, e: undefined }], c: undefined })).toBe('{"b":[{"d":1}]}');
  expect(canonicalText({ c: undefined, b: { d: undefined, c: 1 }, a: 2 })).toBe('{"a":2,"b":{"c":1}}');
});

it.each([
  ['{"a":1,"b":{"c":[{"d":1}]}}', true],
  ['{"b":1,"a":2}', false],
  ['[{"x":{"b":1,"a":2}}]', false],
  ['{"10":1,"9":2}', true],
  ['{"9":1,"10":2}', false],
  ['{"a":1,"a":1}', false],
  ['{"__proto__":1,"a":2}', true],
  // U+1F600 is below U+FB33 in code units, although it is the larger code point.
  ['{"\u{1f600}":1,"\ufb33":2}', true],
  ['{"\ufb33":1,"\u{1f600}":2}', false],
  ['"\\ud800"', false],
  ['"\\udbff\\udfff"', false],
  ['{"\\ud800":1}', false],
  ['"\\\\ud800"', true],
  ['"\\u000a"', false],
  ['"\\n"', true],
  ['"\\u001f"', true],
  ['"\\u001F"', false],
  ['"\\/"', false],
  ['1.0', false],
  ['1e21', false],
  ['1e+21', true],
  ['-0', false],
  ['1e400', false],
  ['9007199254740993', false],
  [' 1', false],
])('%s: %s', (text, expected) => {
  expect(check(text)).toBe(expected);
});
