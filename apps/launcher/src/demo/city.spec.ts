import { z } from 'zod';
import { inventCity } from './city.js';
import { read } from './districts.js';
import { EXAMPLES } from './example-households.js';
import { inventInsurance } from './insurance.js';
import { inventProperty } from './property.js';
import { seededRandom } from './random.js';
import { residentId } from './resident-id.js';

function wholeCity(size: number) {
  const random = seededRandom(2026);
  const city = inventCity(random, size);
  const insurance = inventInsurance(random, city.people);
  return { ...city, insurance, property: inventProperty(random, city.people, city.districts) };
}
const city = wholeCity(3000);

/** From what the id says itself: the same, if it is well-formed. */
function madeAgain(id: string): string {
  const [, region = '', year, month, day, sequence] = /^(\d{6})(\d{4})(\d\d)(\d\d)(\d{3})[\dX]$/.exec(id) ?? [];
  return residentId(region, `${year}-${month}-${day}`, Number(sequence));
}

it('computes the check character of the examples that GB 11643 prints', () => {
  expect(residentId('110105', '1949-12-31', 2)).toBe('11010519491231002X');
  expect(residentId('440524', '1880-01-01', 1)).toBe('440524188001010014');
});

it('gives out ids that are well-formed, unique, and of a region that does not exist', () => {
  const ids = city.people.map((person) => person.id);
  expect(ids.map(madeAgain)).toEqual(ids);
  expect(new Set(ids).size).toBe(3000);
  const provinces = read('provinces', z.object({ code: z.string() })).map((province) => province.code);
  expect(new Set(ids.map((id) => id.slice(0, 2)))).toEqual(new Set(['99']));
  expect(provinces).not.toContain('99');
});

it('makes the same city each time', () => {
  expect(wholeCity(3000)).toEqual(city);
});

it('keeps to the ids that the examples name', () => {
  const idOf = (position: number) => city.people[position]?.id;
  expect(idOf(EXAMPLES.eligible)).toBe('99010619920817002X');
  expect(idOf(EXAMPLES.owner)).toBe('990105198501300013');
  expect(idOf(EXAMPLES.newcomer)).toBe('990110200106120013');
  expect(idOf(EXAMPLES.pensioner)).toBe('990109195812090027');
});

it('lets each example be what it is an example of', () => {
  const paid = (position: number) =>
    city.insurance.insured
      .find((one) => one.person === city.people[position])
      ?.periods.reduce((sum, { from, to }) => sum + months(from, to), 0);
  const owned = (position: number) => city.property.titles.filter((title) => title.owner === city.people[position]);
  expect([paid(EXAMPLES.eligible), owned(EXAMPLES.eligible)]).toEqual([98, []]);
  expect(owned(EXAMPLES.owner)).toMatchObject([{ area: '89.50', usage: '住宅', current: true }]);
  expect(paid(EXAMPLES.newcomer)).toBe(7);
  expect(paid(EXAMPLES.pensioner)).toBeUndefined();
});

it('never has anybody pay twice for one month', () => {
  for (const { periods } of city.insurance.insured) {
    periods.forEach(({ from, to }, index) => {
      expect(from).toBeLessThanOrEqual(to);
      expect(from).toBeGreaterThan(periods[index - 1]?.to ?? 0);
    });
  }
});

it('registers each owner of a unit once', () => {
  const keys = city.property.titles.map((title) => `${title.unit} ${title.owner.id}`);
  expect(new Set(keys).size).toBe(keys.length);
});

function months(from: number, to: number): number {
  return Math.floor(to / 100) * 12 + (to % 100) - (Math.floor(from / 100) * 12 + (from % 100)) + 1;
}
