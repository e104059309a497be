import type { Field } from '#policy/resource.js';
import type { Value } from '#privacy/field-type.js';

const title = { zh: '字段', en: 'Field' };
const field = (type: Field['type'], ...operators: Field['operators']): Field => ({ type, title, operators });
const ordered = ['eq', 'in', 'lt', 'lte', 'gt', 'gte', 'between'] as const;

/** A resource with every type, as every kind of source holds it. Times without a zone are meant at +08:00. */
export const PEOPLE = {
  id: 'test/people',
  title: { zh: '人', en: 'People' },
  sharing: 'conditional',
  key: ['id'],
  fields: {
    id: field('string', ...ordered, 'prefix'),
    name: field('string', ...ordered, 'prefix'),
    small: field('integer', ...ordered),
    big: field('integer', ...ordered),
    amount: field('decimal', ...ordered),
    active: field('boolean', 'eq'),
    born: field('date', ...ordered),
    seen: field('timestamp', ...ordered),
    local: field('timestamp', ...ordered),
  },
} as const;
export const UTC_OFFSET = '+08:00';

export type Person = Readonly<Record<keyof typeof PEOPLE.fields, Value>>;

/** Names that a collation, a pattern, an escape or a concatenation would get wrong. */
export const HOSTILE_TEXTS = [
  "'; drop table people; --",
  "' or '1'='1",
  '" or ""="',
  "\\' or 1=1 -- ",
  '`id` or 1',
  '$1',
  '?',
  '${id}',
  '%',
  '_',
  '100%',
  '1000',
  'x!y',
  'x!_y',
  'back\\slash',
  '{a,b}',
  'line\nbreak',
  '\u202Eevil',
  '<script>',
] as const;

const NAMES = [
  'a',
  'A',
  'a ',
  'aa',
  'ä',
  'Ａ',
  'b',
  'B',
  '张三',
  '张',
  '𠮷野',
  '豈',
  'ß',
  'ss',
  '',
  ...HOSTILE_TEXTS,
  null,
];
const SMALLS = [0, 1, -1, 7, 7, 2147483647, -2147483648, null];
const BIGS = [
  0,
  9007199254740991,
  '9007199254740992',
  '9007199254740993',
  '9223372036854775807',
  '-9223372036854775808',
];
const AMOUNTS = ['0', '0.1', '0.100000000000000001', '-12.5', '12.5', '99999999999999999999', '1000000', null];
const ACTIVE = [true, false, null];
const BORN = ['1900-02-28', '1949-10-01', '1988-07-15', '2000-02-29', '2000-02-29', '2024-12-31', '9999-12-31', null];
const SEEN = [
  '2023-12-31T15:59:59.999999Z',
  '2023-12-31T16:00:00Z',
  '2024-02-29T00:00:00Z',
  '2024-02-29T00:00:00.000001Z',
  '2024-02-29T00:00:00.1Z',
  '1971-01-01T00:00:00Z',
  null,
];

function pick<T>(values: readonly T[], index: number): T {
  return values[index % values.length] as T;
}

/** The same rows at every run. The lists' lengths share no factor with the steps, so that the values meet in many pairs. */
export const people: readonly Person[] = Array.from({ length: 84 }, (_, index) => ({
  id: `p${String((index * 47) % 84).padStart(3, '0')}`,
  name: pick(NAMES, index),
  small: pick(SMALLS, index * 3),
  big: pick(BIGS, index * 5),
  amount: pick(AMOUNTS, index * 5 + 1),
  active: pick(ACTIVE, index),
  born: pick(BORN, index * 3 + 2),
  seen: pick(SEEN, index * 2),
  local: pick(SEEN, index * 3 + 1),
}));
