import type { ExchangeRequestInput } from '#exchange/exchange-request.js';
import type { DecisionClaims } from '#exchange/tokens.js';
import type { Transform } from '#privacy/transform.js';
import { aDecision, aRequest, RESIDENTS } from '../../../../test/sources/residents.js';
import { evaluate, type NamedRow } from '../source/evaluate.js';
import { CursorSeal } from './cursor-seal.js';
import { scopeQuery } from './scope-query.js';

const seal = new CursorSeal(Buffer.alloc(32, 7), '2026');
const resource = { ...RESIDENTS, key: ['resident_id'] };
const { obligations } = aDecision();
const IN_CLEAR: Partial<DecisionClaims> = {
  obligations: { ...obligations, fields: { ...obligations.fields, resident_id: { kind: 'clear' } } },
};

const RESIDENTS_HELD = 600;
const rows: NamedRow[] = Array.from({ length: RESIDENTS_HELD }, (_, index) => ({
  resident_id: `99010619${String(10000 + ((index * 7) % RESIDENTS_HELD) * 17)}0017`,
  name: `n${(index * 7) % RESIDENTS_HELD}`,
  district: `d${index % 3}`,
  birth_date: '1988-07-01',
  household_size: index % 5,
  mobile: null,
}));

/** The names of all rows, page after page, as the caller gets them. */
function walk(request: Partial<ExchangeRequestInput>, decision: Partial<DecisionClaims> = {}): string[] {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const asked = aRequest({ select: ['name'], limit: 37, ...request, ...(cursor && { cursor }) });
    const scoped = scopeQuery(resource, asked, aDecision(decision), seal);
    const page = scoped.pageOf(evaluate(scoped.query, rows, resource));
    seen.push(...page.rows.map(([name]) => String(name)));
    cursor = page.next;
  } while (cursor !== undefined);
  return seen;
}

/** Spearman's rank correlation of where a row comes with where its id stands among all ids: 1 tells each id's place. */
function toldOfIds(names: readonly string[]): number {
  const squares = names.map((name, place) => (place - Number(name.slice(1))) ** 2).reduce((sum, one) => sum + one, 0);
  return 1 - (6 * squares) / (names.length * (names.length ** 2 - 1));
}

describe('the order of rows', () => {
  it('is that of the key where the caller is given the key', () => {
    expect(toldOfIds(walk({}, IN_CLEAR))).toBe(1);
  });

  it('tells nothing of a key that the caller is not given in clear, in whichever form it is', () => {
    const forms: Transform[] = [{ kind: 'pseudonymise' }, { kind: 'omit' }, { kind: 'mask', keepStart: 6, keepEnd: 4 }];
    for (const form of forms) {
      const fields = { ...obligations.fields, resident_id: form };
      const names = walk({}, { obligations: { ...obligations, fields } });
      expect(new Set(names).size).toBe(RESIDENTS_HELD);
      // Of 600 rows in an order by chance the correlation has a standard deviation of 0.04.
      expect(Math.abs(toldOfIds(names))).toBeLessThan(0.16);
    }
  });

  it('tells nothing of it among rows that are equal in what the caller orders by', () => {
    const names = walk({ orderBy: [{ field: 'district', direction: 'asc' }] });
    const district = new Map(rows.map((row) => [row.name, row.district]));
    expect(names.map((name) => district.get(name))).toEqual(rows.map((row) => row.district).toSorted());
    const first = names.slice(0, RESIDENTS_HELD / 3).map((name) => Number(name.slice(1)));
    const places = first.map((id) => `n${first.filter((other) => other < id).length}`);
    expect(Math.abs(toldOfIds(places))).toBeLessThan(0.28);
  });

  it('is the same for every page of a question, and another for another purpose, basis, system or question', () => {
    const names = walk({});
    expect(walk({})).toEqual(names);
    expect(walk({ limit: 5 })).toEqual(names);
    const others = [
      walk({ purpose: 'gov:Planning' }),
      walk({ basis: { law: 'another law', article: '1' } }),
      walk({}, { consumer: 'tax/audit' }),
      walk({ where: [{ field: 'household_size', op: 'gte', value: 0 }] }),
    ];
    for (const other of others) {
      expect(other.toSorted()).toEqual(names.toSorted());
      expect(Math.abs(toldOfIds(other.map((name) => `n${names.indexOf(name)}`)))).toBeLessThan(0.16);
    }
  });

  it('joins no two forms in which the rows are given', () => {
    const forms: Transform[] = [
      { kind: 'pseudonymise' },
      { kind: 'mask', keepStart: 6, keepEnd: 4 },
      { kind: 'mask', keepStart: 6, keepEnd: 3 },
    ];
    const [first, ...others] = forms.map((form) =>
      walk({}, { obligations: { ...obligations, fields: { ...obligations.fields, resident_id: form } } }),
    );
    for (const other of others) {
      expect(Math.abs(toldOfIds(other.map((name) => `n${first?.indexOf(name)}`)))).toBeLessThan(0.16);
    }
  });

  it('costs a look-up by key nothing', () => {
    const asked = aRequest({ where: [{ field: 'resident_id', op: 'eq', value: 'x' }] });
    const { query } = scopeQuery(resource, asked, aDecision(), seal);
    expect(query).not.toHaveProperty('scatter');
    expect(query.order).toEqual([{ field: 'resident_id', direction: 'asc', tieBreak: true }]);
  });

  it('hides all of a key of which a part is hidden', () => {
    const households = { ...resource, key: ['district', 'resident_id'] };
    const { query } = scopeQuery(households, aRequest({ select: ['district'] }), aDecision(), seal);
    expect(query.scatter?.fields).toEqual(['district', 'resident_id']);
    expect(query.order).toEqual([]);
  });
});
