import { AS_OF, day } from './day.js';
import { districts, type District } from './districts.js';
import { EXAMPLE_HOUSEHOLDS } from './example-households.js';
import { Registrar, type Member, type Person, type Sex } from './people.js';
import type { Random } from './random.js';

/** Everyone whom the departments know something about. */
export interface City {
  readonly districts: readonly District[];
  /** The examples of example-households.ts first. */
  readonly people: readonly Person[];
}

export function inventCity(random: Random, size: number): City {
  const all = districts();
  const registrar = new Registrar(random);
  const people: Person[] = EXAMPLE_HOUSEHOLDS.flatMap(({ districtCode, members }) => {
    const district = all.find((one) => one.code === districtCode);
    if (district === undefined) throw new Error(`there is no district ${districtCode}`);
    return registrar.register(members, district);
  });
  while (people.length < size) {
    const room = size - people.length;
    people.push(...registrar.register(inventMembers(random).slice(0, room), random.pick(all)));
  }
  return { districts: all, people };
}

function inventMembers(random: Random): Member[] {
  const headAge = random.int(22, 84);
  const married = headAge >= 25 && random.chance(headAge > 75 ? 0.5 : 0.75);
  const sex: Sex = random.chance(0.62) ? 'male' : 'female';
  const members: Member[] = [{ relation: 'head', sex, birth: birthAtAge(headAge, random), married }];
  const add = (relation: Member['relation'], of: Sex, age: number, isMarried: boolean): void => {
    members.push({ relation, sex: of, birth: birthAtAge(age, random), married: isMarried });
  };
  if (married) add('spouse', sex === 'male' ? 'female' : 'male', Math.max(22, headAge + random.int(-5, 4)), true);
  for (let children = childrenOf(headAge, married, random); children > 0; children -= 1) {
    const age = Math.min(headAge - random.int(22, 38), 30);
    if (age >= 0) add('child', anySex(random), age, false);
  }
  if (headAge < 60 && random.chance(0.14))
    add('parent', anySex(random), headAge + random.int(22, 34), random.chance(0.5));
  return members;
}

function childrenOf(headAge: number, married: boolean, random: Random): number {
  if (!married) return random.chance(0.06) ? 1 : 0;
  if (headAge > 66) return random.chance(0.1) ? 1 : 0;
  return random.pick([0, 1, 1, 1, 2, 2]);
}

function anySex(random: Random): Sex {
  return random.chance(0.51) ? 'male' : 'female';
}

function birthAtAge(age: number, random: Random): string {
  return day(AS_OF.year - age, random.int(1, age === 0 ? AS_OF.month : 12), random.int(1, 28));
}
