import type { FieldType } from '#privacy/field-type.js';
import { readValue } from './read-value.js';

it.each<[FieldType, string, unknown]>([
  ['string', '张三', '张三'],
  ['string', 'a\ud800b', 'a\ufffdb'],
  ['string', 'a\0b', 'a\0b'],
  ['integer', '7', 7],
  ['integer', '-0', 0],
  ['integer', '007', 7],
  ['integer', '7.000', 7],
  ['integer', '9007199254740991', 9007199254740991],
  ['integer', '9007199254740992', '9007199254740992'],
  ['integer', '-9223372036854775808', '-9223372036854775808'],
  ['decimal', '12.50', '12.5'],
  ['decimal', '-0.0', '0'],
  ['decimal', '0012', '12'],
  ['decimal', '.5', '0.5'],
  ['decimal', '1e-7', '0.0000001'],
  ['decimal', '1.5E+20', '150000000000000000000'],
  ['boolean', 't', true],
  ['boolean', '0', false],
  ['date', '2024-02-29', '2024-02-29'],
  ['date', '2024-02-29 00:00:00', '2024-02-29'],
  ['timestamp', '2024-01-01 00:00:00+08', '2023-12-31T16:00:00Z'],
  ['timestamp', '2024-01-01 00:00:00.120000-0330', '2024-01-01T03:30:00.12Z'],
  ['timestamp', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z'],
  ['timestamp', '2024-01-01 08:00:00', '2024-01-01T00:00:00Z'],
])('reads %s %j as %j', (type, text, value) => {
  expect(readValue(text, type, '+08:00')).toBe(value);
});

it.each<[FieldType, string]>([
  ['integer', '1.5'],
  ['integer', ''],
  ['integer', '1e3'],
  ['decimal', 'NaN'],
  ['decimal', '.'],
  ['decimal', '1,000'],
  ['decimal', '1e9999999'],
  ['boolean', 'maybe'],
  ['boolean', 'toString'],
  ['date', '2024-02-30'],
  ['date', '0000-00-00'],
  ['date', '2024-02-29 08:00:00'],
  ['date', 'infinity'],
  ['timestamp', '0044-03-15 00:00:00+00 BC'],
  ['timestamp', '2024-01-01'],
  ['timestamp', '2024-01-01 25:00:00'],
])('refuses to read %s %j, and repeats it to nobody', (type, text) => {
  expect(() => readValue(text, type, '+08:00')).toThrow(`a value that is no ${type}`);
});

it('reads no value as no value', () => {
  expect(readValue(null, 'string', '+08:00')).toBeNull();
});
