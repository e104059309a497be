import type { Refusal } from './decision.js';
import { toExplanation } from './explanation.js';

const a = { id: 'housing-residents', version: 3 };
const b = { id: 'housing-extra', version: 1 };
const basis = { law: '公共租赁住房管理办法', article: '第九条' };

const table: readonly (readonly [Refusal, string, string])[] = [
  [
    { reason: 'NO_AGREEMENT', detail: { consumer: 'housing/allocation', resource: 'transport/strikes' } },
    'There is no agreement that lets housing/allocation ask for transport/strikes. Conclude one with the department that holds it.',
    'housing/allocation 没有查询 transport/strikes 的共享协议。请先与数据提供部门签订协议。',
  ],
  [
    {
      reason: 'AGREEMENT_NOT_LIVE',
      detail: { agreements: [{ ...a, validFrom: '2025-01-01T00:00:00Z', validUntil: '2026-01-01T00:00:00Z' }] },
    },
    'Agreement housing-residents (version 3) is in force from 2025-01-01T00:00:00Z until 2026-01-01T00:00:00Z. Renew it, or ask while it is in force.',
    '协议 housing-residents（第 3 版）的有效期为 2025-01-01T00:00:00Z 至 2026-01-01T00:00:00Z（不含）。请续签协议，或在有效期内查询。',
  ],
  [
    {
      reason: 'AGREEMENT_NOT_LIVE',
      detail: {
        agreements: [
          {
            ...a,
            validFrom: '2025-01-01T00:00:00Z',
            validUntil: '2027-01-01T00:00:00Z',
            withdrawnFrom: '2026-06-01T00:00:00Z',
          },
        ],
      },
    },
    'Agreement housing-residents (version 3) was withdrawn from 2026-06-01T00:00:00Z. Renew it, or ask while it is in force.',
    '协议 housing-residents（第 3 版）已自 2026-06-01T00:00:00Z 起撤回。请续签协议，或在有效期内查询。',
  ],
  [
    {
      reason: 'PURPOSE_NOT_AGREED',
      detail: { asked: 'dpv:Marketing', agreements: [{ ...a, purposes: ['dpv:ServiceProvision'] }] },
    },
    'No agreement in force is for the purpose dpv:Marketing. Agreement housing-residents (version 3) is for dpv:ServiceProvision.',
    '有效的协议均不包含用途 dpv:Marketing。协议 housing-residents（第 3 版）的用途为 dpv:ServiceProvision。',
  ],
  [
    {
      reason: 'BASIS_NOT_AGREED',
      detail: { asked: { law: '民法典', article: '第一条' }, agreements: [{ ...a, bases: [basis] }] },
    },
    'No agreement for this purpose rests on 民法典 第一条. Agreement housing-residents (version 3) rests on 公共租赁住房管理办法 第九条.',
    '该用途的协议均不以《民法典》第一条为法律依据。协议 housing-residents（第 3 版）的法律依据为《公共租赁住房管理办法》第九条。',
  ],
  [
    {
      reason: 'FIELD_NOT_AGREED',
      detail: {
        withheld: [
          { field: 'income', because: 'NOT_NAMED', by: [a, b] },
          { field: 'person_id', because: 'OMITTED', by: [a] },
          { field: 'name', because: 'TRANSFORMS_CONFLICT', by: [a, b] },
        ],
        granted: ['district', 'household_size'],
      },
    },
    'Field income is not granted by agreement housing-residents (version 3) and agreement housing-extra (version 1). Field person_id is never released under agreement housing-residents (version 3). Field name is released by agreement housing-residents (version 3) and agreement housing-extra (version 1) in forms of which each hides what the other tells. You may select district, household_size.',
    '协议 housing-residents（第 3 版）、协议 housing-extra（第 1 版）未授权字段 income。协议 housing-residents（第 3 版）规定字段 person_id 一律不予提供。协议 housing-residents（第 3 版）、协议 housing-extra（第 1 版）对字段 name 的脱敏方式相互冲突，不予提供。可以查询的字段为 district、household_size。',
  ],
  [
    {
      reason: 'FIELD_NOT_AGREED',
      detail: { withheld: [{ field: 'income', because: 'NOT_NAMED', by: [a] }], granted: [] },
    },
    'Field income is not granted by agreement housing-residents (version 3). No field may be selected.',
    '协议 housing-residents（第 3 版）未授权字段 income。没有可以查询的字段。',
  ],
  [
    {
      reason: 'FILTER_NOT_AGREED',
      detail: {
        refused: [
          { field: 'person_id', use: 'prefix', granted: ['eq', 'in'], by: [a] },
          { field: 'income', use: 'lt', granted: [], by: [a, b] },
          { field: 'name', use: 'order', granted: [], by: [b] },
        ],
      },
    },
    'Field person_id may not be filtered by prefix: that is not granted by agreement housing-residents (version 3). Granted are eq, in. Field income may not be filtered by lt: that is not granted by agreement housing-residents (version 3) and agreement housing-extra (version 1). No filter on it is granted. Field name may not order the answer: it is not released in clear by agreement housing-extra (version 1).',
    '不能对字段 person_id 使用 prefix 筛选：协议 housing-residents（第 3 版）未授权。允许的筛选方式为 eq、in。不能对字段 income 使用 lt 筛选：协议 housing-residents（第 3 版）、协议 housing-extra（第 1 版）未授权。该字段不允许筛选。不能按字段 name 排序：协议 housing-extra（第 1 版）未以原文提供该字段。',
  ],
  [
    {
      reason: 'FILTER_REQUIRED',
      detail: {
        required: [
          { field: 'person_id', most: 1, by: [a] },
          { field: 'district', most: 3, by: [a, b] },
        ],
      },
    },
    'The request must name field person_id by eq: that is required by agreement housing-residents (version 3). The request must name field district by eq, or by in with 3 values at the most: that is required by agreement housing-residents (version 3) and agreement housing-extra (version 1).',
    '必须对字段 person_id 使用 eq 筛选：协议 housing-residents（第 3 版）要求如此。必须对字段 district 使用 eq 或 in（最多 3 个值） 筛选：协议 housing-residents（第 3 版）、协议 housing-extra（第 1 版）要求如此。',
  ],
  ...(
    [
      ['hour', 'an hour', '小时'],
      ['day', 'a day', '日'],
      ['month', 'a month', '月'],
    ] as const
  ).map(([per, en, zh]): readonly [Refusal, string, string] => [
    {
      reason: 'QUOTA_EXCEEDED',
      detail: { exhausted: [{ agreement: a, limit: 100, per, until: '2026-07-01T00:00:00.000Z' }] },
    },
    `Agreement housing-residents (version 3) permits 100 requests ${en}, and they are used up. Ask again from 2026-07-01T00:00:00.000Z.`,
    `协议 housing-residents（第 3 版）每${zh}限 100 次，本期已用完。请于 2026-07-01T00:00:00.000Z 之后再查询。`,
  ]),
];

it.each(table.map(([refusal, en, zh]) => ({ refusal, en, zh })))(
  'explains $refusal.reason in both languages',
  ({ refusal, en, zh }) => {
    expect(toExplanation(refusal)).toEqual({ en, zh });
  },
);
