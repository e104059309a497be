import { people, PEOPLE } from '../../../../../test/sources/people.js';
import { aQuery } from '../../../../../test/sources/source-suite.js';
import type { Order } from '../source.js';
import { postgresDialect } from '../postgres/postgres-dialect.js';
import { buildStatement } from './build-statement.js';
import { parametersOf } from './statement.js';
import { StatementCache } from './statement-cache.js';

const table = { ...PEOPLE, from: { table: 'people' } };
const byId = (id: string, limit = 10) => aQuery({ where: [{ field: 'id', op: 'eq', value: id }], limit });

function aCache() {
  let built = 0;
  const cache = new StatementCache((query) => {
    built += 1;
    return buildStatement(query, table, postgresDialect);
  });
  return { cache, built: () => built };
}

it('builds a statement once a shape, and takes the values from each query', () => {
  const { cache, built } = aCache();
  const values = people.map(({ id }) => {
    const query = byId(String(id));
    return parametersOf(cache.statementFor(query), query);
  });
  // Once as the column's type, once as text.
  expect(values).toEqual(people.map(({ id }) => [id, id]));
  expect(built()).toBe(1);
});

it('has another statement where nulls, the order, the fields or the size differ', () => {
  const { cache } = aCache();
  const order: Order[] = [{ field: 'born', direction: 'asc', tieBreak: false }];
  const queries = [
    aQuery({ order }),
    aQuery({ order, after: ['2024-01-01'] }),
    aQuery({ order, after: [null] }),
    aQuery({ order: order.map((item) => ({ ...item, direction: 'desc' })) }),
    aQuery({ order, columns: ['id', 'name'] }),
    aQuery({ order, limit: 7 }),
  ];
  expect(new Set(queries.map((query) => cache.statementFor(query).text)).size).toBe(queries.length);
});

it('names what comes back, always alike, and no more than a server should keep', () => {
  const { cache } = aCache();
  const uses = Array.from({ length: 5 }, () => cache.statementFor(byId('p001')).name);
  expect(uses).toEqual([undefined, undefined, undefined, uses[3], uses[3]]);
  expect(uses[3]).toMatch(/^sluice_[0-9a-f]{32}$/);
  const names = new Set<string | undefined>();
  for (let limit = 1; limit <= 300; limit += 1) {
    for (let use = 0; use < 5; use += 1) names.add(cache.statementFor(byId('p001', limit)).name);
  }
  expect(names.size).toBeLessThanOrEqual(201);
  expect(cache.statementFor(byId('p001')).name).toBe(uses[3]);
});

it('keeps what is used when strangers come by the thousand', () => {
  const { cache, built } = aCache();
  for (let limit = 1; limit <= 2500; limit += 1) {
    cache.statementFor(byId('p001', 9999));
    cache.statementFor(byId('p001', limit));
  }
  expect(built()).toBe(2501);
});
