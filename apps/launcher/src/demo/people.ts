import { AS_OF, day } from './day.js';
import type { District } from './districts.js';
import type { Random } from './random.js';
import { residentId } from './resident-id.js';

export type Relation = 'head' | 'spouse' | 'child' | 'parent';
export type Sex = 'male' | 'female';

export interface Household {
  /** H and six digits. */
  readonly number: string;
  readonly district: District;
  readonly address: string;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly sex: Sex;
  /** YYYY-MM-DD. */
  readonly birth: string;
  readonly household: Household;
  readonly relation: Relation;
  readonly maritalStatus: 'single' | 'married' | 'widowed' | 'divorced';
  readonly registeredSince: string;
  readonly phone: string | undefined;
}

/** Who lives in a household, before names and numbers are given out. */
export interface Member {
  readonly relation: Relation;
  readonly sex: Sex;
  readonly birth: string;
  readonly married: boolean;
  readonly name?: string;
}

export function ageOf(person: { readonly birth: string }): number {
  return AS_OF.year - Number(person.birth.slice(0, 4));
}

/** Gives out names, numbers and addresses. Resident numbers are unique: the sequence counts up within region and birthday. */
export class Registrar {
  private households = 0;
  private readonly lastSequence = new Map<string, number>();

  constructor(private readonly random: Random) {}

  register(members: readonly Member[], district: District): Person[] {
    const { random } = this;
    this.households += 1;
    const number = `H${String(this.households).padStart(6, '0')}`;
    const street = random.pick(district.streets);
    const address = `${street}${String(random.int(1, 400))}号${String(random.int(1, 30))}幢${String(random.int(1, 18))}0${String(random.int(1, 4))}室`;
    const household = { number, district, address };
    const familyName = random.lastName();
    return members.map((member) => this.enter(member, household, familyName));
  }

  private enter(member: Member, household: Household, familyName: string): Person {
    const { random } = this;
    const { relation, sex, birth, married } = member;
    const lastName = relation === 'spouse' ? random.lastName() : familyName;
    const age = ageOf(member);
    return {
      id: this.number(household.district.idRegion, birth, sex),
      name: member.name ?? lastName + random.firstName(sex),
      sex,
      birth,
      household,
      relation,
      maritalStatus: married ? 'married' : statusOfUnmarried(age, random),
      registeredSince: registrationOf(member, random),
      phone: age >= 14 && random.chance(0.94) ? `1990${String(random.int(0, 9_999_999)).padStart(7, '0')}` : undefined,
    };
  }

  private number(region: string, birth: string, sex: Sex): string {
    const key = `${region}${birth}${sex}`;
    const sequence = (this.lastSequence.get(key) ?? (sex === 'male' ? -1 : 0)) + 2;
    this.lastSequence.set(key, sequence);
    return residentId(region, birth, sequence);
  }
}

/** Most were registered where they were born; the others moved in later. */
function registrationOf(member: Member, random: Random): string {
  const firstYear = Number(member.birth.slice(0, 4)) + 1;
  if (firstYear >= AS_OF.year || random.chance(0.6)) return member.birth;
  return day(random.int(firstYear, AS_OF.year - 1), random.int(1, 12), random.int(1, 28));
}

function statusOfUnmarried(age: number, random: Random): Person['maritalStatus'] {
  if (age < 22) return 'single';
  if (age > 60) return random.chance(0.7) ? 'widowed' : 'single';
  return random.chance(0.25) ? 'divorced' : 'single';
}
