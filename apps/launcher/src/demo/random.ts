import { faker } from '@faker-js/faker/locale/zh_CN';

/** Everything that the demo invents comes from this one seeded source, in a fixed order: each run makes the same city. */
export interface Random {
  /** Both ends included. */
  int(min: number, max: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  lastName(): string;
  firstName(sex: 'male' | 'female'): string;
  companyName(): string;
}

export function seededRandom(seed: number): Random {
  faker.seed(seed);
  return {
    int: (min, max) => faker.number.int({ min, max }),
    chance: (probability) => faker.datatype.boolean({ probability }),
    pick: (from) => faker.helpers.arrayElement(from),
    lastName: () => faker.person.lastName(),
    firstName: (sex) => faker.person.firstName(sex),
    companyName: () => faker.company.name(),
  };
}
