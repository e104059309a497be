import { AS_OF, monthsOf, yearMonth, type YearMonth } from './day.js';
import { EXAMPLES } from './example-households.js';
import { ageOf, type Person } from './people.js';
import type { Random } from './random.js';

export interface Employer {
  readonly number: number;
  readonly name: string;
}

export interface Insured {
  readonly number: number;
  readonly person: Person;
  readonly employer: Employer;
  readonly active: boolean;
  /** Without gaps inside, in order, apart from each other: what was paid in. */
  readonly periods: readonly ContributionPeriod[];
}

export interface ContributionPeriod {
  readonly from: YearMonth;
  /** Included. */
  readonly to: YearMonth;
  /** Yuan a month, with two decimals. */
  readonly base: string;
}

export interface Insurance {
  readonly employers: readonly Employer[];
  readonly insured: readonly Insured[];
}

const NOW = monthsOf(AS_OF.year, AS_OF.month);
/** Bases are capped on both sides, as the city does each year. */
const BASE = { min: 4986, max: 26_700 } as const;

/** Months that the examples have paid, by their position in the city. */
const exampleMonths = new Map<number, number>([
  [EXAMPLES.eligible, 98],
  [EXAMPLES.owner, 214],
  [EXAMPLES.newcomer, 7],
  [EXAMPLES.pensioner, 0],
]);

/** Pension insurance of those who work: most people between 20 and 62. */
export function inventInsurance(random: Random, people: readonly Person[]): Insurance {
  const employers = Array.from({ length: 400 }, (_, index) => ({
    number: 33_010_001 + index,
    name: random.companyName(),
  }));
  const insured: Insured[] = [];
  people.forEach((person, position) => {
    const months = exampleMonths.get(position) ?? inventMonths(ageOf(person), random);
    if (months === 0) return;
    const active = exampleMonths.has(position) || random.chance(0.88);
    insured.push({
      number: 1_000_000_001 + insured.length,
      person,
      employer: random.pick(employers),
      active,
      periods: inventPeriods(months, active, exampleMonths.has(position), random),
    });
  });
  return { employers, insured };
}

function inventMonths(age: number, random: Random): number {
  if (age < 20 || age > 62 || random.chance(0.18)) return 0;
  return random.int(1, Math.min((age - 19) * 12, 300));
}

/** A raise about every two years; between some periods a gap without work. */
function inventPeriods(months: number, active: boolean, steady: boolean, random: Random): ContributionPeriod[] {
  const lengths: number[] = [];
  for (let left = months; left > 0;) {
    const length = Math.min(left, random.int(12, 36));
    lengths.push(length);
    left -= length;
  }
  let end = active ? NOW : NOW - random.int(2, 30);
  let base = steady ? 6480 : random.int(BASE.min, 18_000);
  const periods = lengths.map((length) => {
    const period = { from: yearMonth(end - length + 1), to: yearMonth(end), base: `${String(base)}.00` };
    end -= length + (!steady && random.chance(0.3) ? random.int(1, 9) : 0);
    base = Math.min(BASE.max, Math.max(BASE.min, Math.round(base * 0.93)));
    return period;
  });
  return periods.reverse();
}
