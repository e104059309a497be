import type { Member } from './people.js';

/**
 * Four households that examples can rely on: in the sample task, in the documentation and in tests. The ids of their
 * heads follow from birth, district and order; the spec beside holds them.
 */
export const EXAMPLE_HOUSEHOLDS: readonly { readonly districtCode: string; readonly members: readonly Member[] }[] = [
  {
    // Meets every condition: 98 months paid, owns nothing in the city.
    districtCode: '330106',
    members: [
      { relation: 'head', sex: 'female', birth: '1992-08-17', married: true, name: '林晓雯' },
      { relation: 'spouse', sex: 'male', birth: '1990-03-05', married: true, name: '周一鸣' },
      { relation: 'child', sex: 'female', birth: '2019-11-23', married: false, name: '周予安' },
    ],
  },
  {
    // Owns a flat of 89.5 square metres.
    districtCode: '330105',
    members: [{ relation: 'head', sex: 'male', birth: '1985-01-30', married: false, name: '赵建国' }],
  },
  {
    // Has paid for seven months only.
    districtCode: '330110',
    members: [{ relation: 'head', sex: 'male', birth: '2001-06-12', married: false, name: '陈思远' }],
  },
  {
    // Unknown to social security.
    districtCode: '330109',
    members: [{ relation: 'head', sex: 'female', birth: '1958-12-09', married: false, name: '沈桂芳' }],
  },
];

/** Positions of the heads in the city's list of people, which starts with these households. */
export const EXAMPLES = { eligible: 0, owner: 3, newcomer: 4, pensioner: 5 } as const;
