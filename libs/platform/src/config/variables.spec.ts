import { commaList, count, milliseconds } from './variables.js';

const names = commaList(/^[a-z]+$/, 'names');

it('reads whole numbers from one to the most, and takes the default where none is set', () => {
  const most = count(3, 10);
  expect([undefined, '1', '10'].map((text) => most.parse(text))).toEqual([3, 1, 10]);
  for (const text of ['0', '11', '1.5', '', 'many']) expect(most.safeParse(text).success).toBe(false);
});

it('reads times up to ten minutes, or up to what it is told', () => {
  expect(milliseconds(1000).parse('600000')).toBe(600_000);
  expect(milliseconds(1000).safeParse('600001').success).toBe(false);
  expect(milliseconds(1000, 700_000).parse('600001')).toBe(600_001);
});

it('reads a list, with blanks around its commas or without', () => {
  expect(names.parse('one')).toEqual(['one']);
  expect(names.parse('one,two , three')).toEqual(['one', 'two', 'three']);
});

it.each(['', ',', 'one,', 'one,2'])('refuses the list "%s", and says what it should be', (text) => {
  expect(names.safeParse(text).error?.issues.at(-1)?.message).toBe('names, with commas between');
});
