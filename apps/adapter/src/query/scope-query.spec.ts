import type { ExchangeRequestInput } from '#exchange/exchange-request.js';
import type { DecisionClaims } from '#exchange/tokens.js';
import { aDecision, aRequest, RESIDENTS } from '../../../../test/sources/residents.js';
import { evaluate, type NamedRow } from '../source/evaluate.js';
import { CursorSeal } from './cursor-seal.js';
import { scopeQuery } from './scope-query.js';

const seal = new CursorSeal(Buffer.alloc(32, 7), '2026');
const resource = { ...RESIDENTS, key: ['resident_id'] };
const scope = (request: Partial<ExchangeRequestInput> = {}, decision: Partial<DecisionClaims> = {}) =>
  scopeQuery(resource, aRequest(request), aDecision(decision), seal);
const { obligations } = aDecision();

/** The caller may know the key, so that rows may come in its order. */
const IN_CLEAR = {
  obligations: { ...obligations, fields: { ...obligations.fields, resident_id: { kind: 'clear' } } },
} as const;

const rows: NamedRow[] = Array.from({ length: 25 }, (_, index) => ({
  resident_id: `r${String((index * 7) % 25).padStart(2, '0')}`,
  name: `n${index}`,
  district: index % 4 === 0 ? null : `d${index % 3}`,
  birth_date: '1988-07-01',
  household_size: index % 5,
  mobile: null,
}));

function page(request: Partial<ExchangeRequestInput>, decision: Partial<DecisionClaims> = {}) {
  const scoped = scope(request, decision);
  return scoped.pageOf(evaluate(scoped.query, rows, resource));
}

function codeOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return undefined;
}

it('asks for the conditions of the decision and of the caller, all at once', () => {
  const where = [{ field: 'household_size', op: 'eq', value: 3 } as const];
  const scoped = [{ field: 'district', op: 'eq', value: 'd1' } as const];
  expect(scope({ where }, { obligations: { ...obligations, rows: scoped } }).query.where).toEqual([
    ...scoped,
    ...where,
  ]);
});

it('reads nothing but what is selected and what the order needs', () => {
  const { query } = scope({ select: ['name'], orderBy: [{ field: 'district', direction: 'desc' }] }, IN_CLEAR);
  expect(query.columns).toEqual(['name', 'district', 'resident_id']);
  expect(query.order).toEqual([
    { field: 'district', direction: 'desc', tieBreak: false },
    { field: 'resident_id', direction: 'asc', tieBreak: true },
  ]);
});

it('does not break ties by a key that the order names already', () => {
  const { query } = scope({ orderBy: [{ field: 'resident_id', direction: 'desc' }] });
  expect(query.order).toEqual([{ field: 'resident_id', direction: 'desc', tieBreak: false }]);
});

it('gives no more rows than the decision allows, however many are asked for', () => {
  const few = page({ limit: 1000 }, { obligations: { ...obligations, maxRows: 3 } });
  expect(few.rows).toHaveLength(3);
  expect(few.next).toBeDefined();
});

it.each(
  [1, 4, 5, 24, 25, 26].flatMap((limit) => [
    [limit, 'hidden', {}] as const,
    [limit, 'given in clear', IN_CLEAR] as const,
  ]),
)('goes through all rows once, %d at a time, and ends, by a key that is %s', (limit, _, decision) => {
  const seen: unknown[] = [];
  let cursor: string | undefined;
  do {
    const one = page(
      {
        select: ['name'],
        orderBy: [{ field: 'district', direction: 'desc' }],
        limit,
        ...(cursor && { cursor }),
      },
      decision,
    );
    seen.push(...one.rows.map((row) => row[0]));
    cursor = one.next;
  } while (cursor !== undefined);
  expect(seen).toHaveLength(rows.length);
  expect(new Set(seen).size).toBe(rows.length);
});

it.each<[string, Partial<ExchangeRequestInput>, Partial<DecisionClaims>]>([
  ['another system', {}, { consumer: 'tax/audit' }],
  ['another purpose', { purpose: 'gov:Planning' }, {}],
  ['other fields', { select: ['name', 'district'] }, {}],
  ['another filter', { where: [{ field: 'household_size', op: 'gte', value: 1 }] }, {}],
  ['another value of a filter', { where: [{ field: 'household_size', op: 'gte', value: 2 }] }, {}],
  ['another order', { orderBy: [{ field: 'district', direction: 'asc' }] }, {}],
])('takes no cursor from %s', (_, request, decision) => {
  const { next } = page({ limit: 2, where: [{ field: 'household_size', op: 'gte', value: 0 }] });
  const where = request.where ?? [{ field: 'household_size', op: 'gte', value: 0 }];
  expect(codeOf(() => scope({ where, cursor: next, ...request }, decision))).toBe('CURSOR_INVALID');
});

it('takes a cursor for a page of another size, by another officer, under a new decision', () => {
  const { next } = page({ limit: 2 });
  expect(page({ limit: 7, officer: 'officer-7', cursor: next }, { policy: 'x' }).rows[0]).toEqual(
    page({ limit: 3 }).rows[2],
  );
});

it('refuses a value that a source would round', () => {
  const fine = {
    ...resource,
    fields: { ...resource.fields, at: { ...resource.fields.name, type: 'timestamp' as const } },
  };
  const request = aRequest({ where: [{ field: 'at', op: 'eq', value: '2024-01-01T00:00:00.0000001Z' }] });
  expect(codeOf(() => scopeQuery(fine, request, aDecision(), seal))).toBe('FILTER_INVALID');
});
