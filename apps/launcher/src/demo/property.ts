import { AS_OF, day } from './day.js';
import type { District } from './districts.js';
import { EXAMPLES } from './example-households.js';
import { ageOf, type Person } from './people.js';
import type { Random } from './random.js';

export type CoOwnership = '单独所有' | '共同共有' | '按份共有';
export type Usage = '住宅' | '商铺' | '办公' | '车位';

/** One owner's right in one unit. A unit in joint ownership has a title for each owner. */
export interface Title {
  /** 28 characters, like a unit number of the national register. */
  readonly unit: string;
  readonly owner: Person;
  readonly district: District;
  readonly location: string;
  readonly usage: Usage;
  /** Square metres, two decimals. */
  readonly area: string;
  readonly coOwnership: CoOwnership;
  readonly mortgaged: boolean;
  readonly registeredAt: string;
  /** False once the unit was sold on. */
  readonly current: boolean;
}

export interface Transfer {
  readonly contract: string;
  readonly unit: string;
  readonly sellerId: string | undefined;
  readonly buyerId: string;
  /** Yuan. Some old contracts do not say. */
  readonly price: string | undefined;
  /** YYYY-MM-DD. */
  readonly signedOn: string;
}

export interface Property {
  readonly titles: readonly Title[];
  readonly transfers: readonly Transfer[];
}

const NEVER_OWNS: ReadonlySet<number> = new Set([EXAMPLES.eligible, EXAMPLES.eligible + 1, EXAMPLES.newcomer]);

export function inventProperty(random: Random, people: readonly Person[], districts: readonly District[]): Property {
  const titles: Title[] = [];
  const transfers: Transfer[] = [];
  people.forEach((person, position) => {
    const isExampleOwner = position === EXAMPLES.owner;
    if (!isExampleOwner && (NEVER_OWNS.has(position) || !owns(person, random))) return;
    const [title, transfer] = buy(person, titles.length + 1, isExampleOwner, random, districts);
    titles.push(title, ...spouseOf(title, people[position + 1]));
    transfers.push(transfer);
  });
  return { titles, transfers };
}

function owns(person: Person, random: Random): boolean {
  const age = ageOf(person);
  return person.relation === 'head' && age >= 26 && random.chance(age > 35 ? 0.62 : 0.35);
}

function buy(
  owner: Person,
  number: number,
  plain: boolean,
  random: Random,
  districts: readonly District[],
): [Title, Transfer] {
  const district = plain || random.chance(0.7) ? owner.household.district : random.pick(districts);
  const usage: Usage = plain
    ? '住宅'
    : random.pick(['住宅', '住宅', '住宅', '住宅', '住宅', '住宅', '住宅', '商铺', '办公', '车位']);
  const area = plain ? '89.50' : areaOf(usage, random);
  const signedOn = day(random.int(1999, AS_OF.year - 1), random.int(1, 12), random.int(1, 28));
  const unit = `${district.idRegion}001001GB00001F${String(number).padStart(8, '0')}`;
  const title: Title = {
    unit,
    owner,
    district,
    location: `${district.name}${random.pick(district.streets)}${String(random.int(1, 600))}号`,
    usage,
    area,
    coOwnership: owner.maritalStatus === 'married' ? '共同共有' : '单独所有',
    mortgaged: random.chance(0.35),
    registeredAt: `${signedOn} ${String(random.int(9, 16)).padStart(2, '0')}:${String(random.int(10, 59))}:00`,
    current: plain || random.chance(0.9),
  };
  const known = signedOn >= '2005' || random.chance(0.5);
  const price = known ? String(Math.round(Number(area) * random.int(6_000, 42_000))) : undefined;
  const contract = `${signedOn.slice(0, 4)}预${String(number).padStart(7, '0')}`;
  return [title, { contract, unit, sellerId: undefined, buyerId: owner.id, price, signedOn }];
}

function areaOf(usage: Usage, random: Random): string {
  const [from, to] = usage === '车位' ? [1000, 1600] : usage === '住宅' ? [3800, 16_000] : [2000, 40_000];
  return (random.int(from, to) / 100).toFixed(2);
}

/** In joint ownership the spouse, who follows the head in the register, has the same title. */
function spouseOf(title: Title, next: Person | undefined): Title[] {
  const isSpouse = next?.relation === 'spouse' && next.household === title.owner.household;
  return title.coOwnership === '共同共有' && isSpouse ? [{ ...title, owner: next }] : [];
}
