import type { Resource } from '#policy/resource.js';
import { readCondition } from './read-condition.js';

const title = { zh: '一', en: 'one' };
const fields: Resource['fields'] = {
  resident_id: { type: 'string', title, operators: ['eq'] },
  months_paid: { type: 'integer', title, operators: ['eq'] },
  base: { type: 'decimal', title, operators: ['eq'] },
  is_owner: { type: 'boolean', title, operators: ['eq'] },
};

it.each([
  ['resident_id=990105198501300013', { field: 'resident_id', op: 'eq', value: '990105198501300013' }],
  ['months_paid>=12', { field: 'months_paid', op: 'gte', value: 12 }],
  ['months_paid < 12', { field: 'months_paid', op: 'lt', value: 12 }],
  ['months_paid>-1', { field: 'months_paid', op: 'gt', value: -1 }],
  ['months_paid<=9007199254740993', { field: 'months_paid', op: 'lte', value: '9007199254740993' }],
  ['months_paid=twelve', { field: 'months_paid', op: 'eq', value: 'twelve' }],
  ['base=12.50', { field: 'base', op: 'eq', value: '12.50' }],
  ['is_owner=true', { field: 'is_owner', op: 'eq', value: true }],
  ['unknown=5', { field: 'unknown', op: 'eq', value: '5' }],
  ['resident_id=a=b', { field: 'resident_id', op: 'eq', value: 'a=b' }],
  ['months_paid in 1, 2,3', { field: 'months_paid', op: 'in', value: [1, 2, 3] }],
  ['months_paid between 1,12', { field: 'months_paid', op: 'between', value: [1, 12] }],
  ['resident_id prefix 9901', { field: 'resident_id', op: 'prefix', value: '9901' }],
])('reads %j', (text, condition) => {
  expect(readCondition(text, fields)).toEqual(condition);
});

it.each([
  '',
  'resident_id',
  '=5',
  'Resident=5',
  'months_paid like 5',
  'months_paid between 1',
  'months_paid between 1,2,3',
])('does not read %j', (text) => {
  expect(() => readCondition(text, fields)).toThrow('--where');
});
