import fc from 'fast-check';
import type { Condition, Operator } from '#exchange/exchange-request.js';
import { Problem } from '#exchange/problem.js';
import type { Value } from '#privacy/field-type.js';
import { evaluate } from '../../apps/adapter/src/source/evaluate.js';
import type { Order, ScopedQuery, Source, SourceRow } from '../../apps/adapter/src/source/source.js';
import { HOSTILE_TEXTS, people, PEOPLE, type Person } from './people.js';

export interface StartedSource {
  readonly source: Source;
  stop(): Promise<void>;
}

type FieldName = keyof typeof PEOPLE.fields;
const fields = Object.keys(PEOPLE.fields) as FieldName[];
const KEY: Order = { field: 'id', direction: 'asc', tieBreak: true };
const SALT = '5f'.repeat(32);
const patient = () => new AbortController().signal;

export function aQuery(changes: Partial<ScopedQuery> = {}): ScopedQuery {
  return { resource: PEOPLE.id, columns: ['id'], where: [], order: [KEY], limit: 1000, ...changes };
}

/** By a field, and then by the key unless the field is the key. */
function orderBy(...items: readonly Omit<Order, 'tieBreak'>[]): Order[] {
  const asked = items.map((item) => ({ ...item, tieBreak: false }));
  return asked.some(({ field }) => field === 'id') ? asked : [...asked, KEY];
}

/** What every kind of source must do alike. `start` gives a source that holds `people`. */
export function describeSource(kind: string, start: () => Promise<StartedSource>): void {
  describe(`${kind} as a source`, () => {
    let started: StartedSource;
    const read = (query: ScopedQuery) => started.source.read(query, patient());
    const expectAsRules = async (query: ScopedQuery) => {
      expect(await read(query)).toEqual(evaluate(query, people, PEOPLE));
    };

    beforeAll(async () => {
      started = await start();
    });
    afterAll(() => started.stop());

    it('can be checked', async () => {
      await expect(started.source.check()).resolves.toBeUndefined();
    });

    it('gives every value of every type as it was put in', async () => {
      const rows = await read(aQuery({ columns: fields }));
      const byId = people.toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
      expect(rows).toEqual(byId.map((person) => fields.map((field) => person[field])));
    });

    it.each(operatorCases())('filters $field by $op as the rules say', async ({ conditions }) => {
      for (const condition of conditions) await expectAsRules(aQuery({ where: [condition] }));
    });

    it('matches a text to the byte: case, accents, width and blanks count', async () => {
      for (const name of ['a', 'A', 'a ', 'ä', 'Ａ', 'ss', 'ß', '']) {
        const where: Condition[] = [{ field: 'name', op: 'eq', value: name }];
        const expected = people.filter((person) => person.name === name).map(() => [name]);
        expect(await read(aQuery({ columns: ['name'], where }))).toEqual(expected);
        where[0] = { field: 'name', op: 'in', value: [name, 'nobody'] };
        expect(await read(aQuery({ columns: ['name'], where }))).toEqual(expected);
      }
    });

    it('finds a key by its own bytes alone, whatever the column pads, folds or trims', async () => {
      for (const id of ['p001 ', 'p001  ', ' p001', 'P001', 'p00１', 'p001\t', 'p001\u00a0', 'p001\u200b', 'p01']) {
        expect([id, await read(aQuery({ where: [{ field: 'id', op: 'eq', value: id }] }))]).toEqual([id, []]);
        const where: Condition[] = [{ field: 'id', op: 'in', value: [id, 'p002'] }];
        expect([id, await read(aQuery({ where }))]).toEqual([id, [['p002']]]);
      }
    });

    it.each(HOSTILE_TEXTS)('takes %j for a value and nothing else', async (text) => {
      for (const op of ['eq', 'lt', 'gte', 'prefix'] as const) {
        await expectAsRules(aQuery({ where: [{ field: 'name', op, value: text }] }));
      }
      await expectAsRules(aQuery({ where: [{ field: 'name', op: 'in', value: [text, 'a'] }] }));
      await expectAsRules(aQuery({ where: [{ field: 'name', op: 'between', value: [text, `${text}z`] }] }));
      expect(await read(aQuery({ where: [{ field: 'id', op: 'eq', value: text }] }))).toEqual([]);
    });

    it('lets no null meet a condition', async () => {
      const where: Condition[] = [{ field: 'small', op: 'lte', value: 2147483647 }];
      const rows = await read(aQuery({ columns: ['small'], where }));
      expect(rows).toHaveLength(people.filter(({ small }) => small !== null).length);
    });

    it('holds all conditions at once', async () => {
      await expectAsRules(
        aQuery({
          where: [
            { field: 'small', op: 'gte', value: 0 },
            { field: 'small', op: 'lt', value: 100 },
            { field: 'active', op: 'eq', value: true },
          ],
        }),
      );
    });

    it.each(fields.flatMap((field) => (['asc', 'desc'] as const).map((direction) => ({ field, direction }))))(
      'orders by $field $direction with nulls as the greatest, and pages through it without a gap or a repeat',
      async ({ field, direction }) => {
        const whole = aQuery({ columns: ['id', field].filter(isNew), order: orderBy({ field, direction }) });
        await expectAsRules(whole);
        expect(await allPages(read, whole, 13)).toEqual(evaluate(whole, people, PEOPLE));
      },
    );

    it('pages through an order of several fields, up and down, each with nulls', async () => {
      const order = orderBy(
        { field: 'active', direction: 'desc' },
        { field: 'born', direction: 'asc' },
        { field: 'local', direction: 'desc' },
      );
      const whole = aQuery({ order, where: [{ field: 'id', op: 'gt', value: 'p005' }] });
      expect(await allPages(read, whole, 2)).toEqual(evaluate(whole, people, PEOPLE));
    });

    it.each([[['id']], [['name', 'id']]])(
      'scatters rows by the digest of %j as the rules say, and pages through them without a gap or a repeat',
      async (scattered) => {
        const order = orderBy({ field: 'active', direction: 'desc' }).slice(0, 1);
        // A key is never null, and some names are.
        const where: Condition[] = [{ field: 'name', op: 'gte', value: '' }];
        const whole = aQuery({ columns: ['id', 'active'], where, order, scatter: { fields: scattered, salt: SALT } });
        await expectAsRules(whole);
        expect(await allPages(read, whole, 13)).toEqual(evaluate(whole, people, PEOPLE));
        await expectAsRules({ ...whole, order: [] });
      },
    );

    it('answers any question as the rules say', async () => {
      await fc.assert(fc.asyncProperty(anyQuery, expectAsRules), { numRuns: 100 });
    });

    it('reads many questions at once', async () => {
      const ids = people.map(({ id }) => String(id));
      const answers = await Promise.all(
        ids.map((id) => read(aQuery({ columns: ['id', 'name'], where: [{ field: 'id', op: 'eq', value: id }] }))),
      );
      expect(answers).toEqual(people.map(({ id, name }) => [[id, name]]));
    });

    it('gives up before it reads where nobody waits any more', async () => {
      const reading = started.source.read(aQuery(), AbortSignal.abort());
      await expect(reading).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' });
      await expect(reading).rejects.toBeInstanceOf(Problem);
    });
  });
}

function isNew(name: string, index: number, all: readonly string[]): boolean {
  return all.indexOf(name) === index;
}

/** Values by the columns, and the digest after them. Reads on from the last row of each page, as a cursor does. */
async function allPages(
  read: (query: ScopedQuery) => Promise<readonly SourceRow[]>,
  query: ScopedQuery,
  size: number,
): Promise<SourceRow[]> {
  const columns = [...query.columns, ...query.order.map(({ field }) => field)].filter(isNew);
  const rows: SourceRow[] = [];
  let page = await read({ ...query, columns, limit: size });
  while (page.length > 0) {
    const digestOf = (row: SourceRow | undefined) => row?.slice(columns.length) ?? [];
    rows.push(...page.map((row) => [...row.slice(0, query.columns.length), ...digestOf(row)]));
    const after = query.order.map(({ field }) => page.at(-1)?.[columns.indexOf(field)] ?? null);
    page = await read({ ...query, columns, limit: size, after: [...after, ...digestOf(page.at(-1))] });
  }
  return rows;
}

/** Values that are there and values that are not, at both ends of what the type holds. */
const valuesOf: Readonly<Record<FieldName, readonly Exclude<Value, null>[]>> = {
  id: [...present('id').slice(0, 3), 'p', 'zzz'],
  // The hostile ones have a test of their own.
  name: [...present('name').filter((name) => !HOSTILE_TEXTS.some((text) => text === name)), 'nobody', '\u{10FFFF}'],
  small: [...present('small'), 2, -2147483649, 2147483648, '9223372036854775807', '-9223372036854775808'],
  big: [...present('big'), 1, '9007199254740994', '-9223372036854775807'],
  amount: [...present('amount'), '0.100000000000000002', '-99999999999999999999.999999999999999999', '7'],
  active: [true, false],
  born: [...present('born'), '0001-01-01', '2000-03-01'],
  seen: [...present('seen'), '2024-02-29T00:00:00.000002Z', '1999-01-01T00:00:00Z'],
  local: [...present('local'), '2024-02-29T00:00:00.000002Z', '1999-01-01T00:00:00Z'],
};

function present(field: FieldName): Exclude<Value, null>[] {
  const values = people.map((person: Person) => person[field]).filter((value) => value !== null);
  return [...new Set(values)];
}

function conditionOf(field: FieldName, op: Operator, a: Exclude<Value, null>, b: Exclude<Value, null>): Condition {
  if (op === 'in') return { field, op, value: [a, b] };
  if (op === 'between') return { field, op, value: [a, b] };
  return op === 'prefix' ? { field, op, value: String(a) } : { field, op, value: a };
}

function operatorCases() {
  return fields.flatMap((field) =>
    PEOPLE.fields[field].operators.map((op) => ({
      field,
      op,
      conditions: valuesOf[field].map((value, index, all) =>
        conditionOf(field, op, value, all[(index + 1) % all.length] ?? value),
      ),
    })),
  );
}

const anyCondition: fc.Arbitrary<Condition> = fc
  .constantFrom(...fields)
  .chain((field) =>
    fc
      .tuple(
        fc.constantFrom(...PEOPLE.fields[field].operators),
        fc.constantFrom(...valuesOf[field]),
        fc.constantFrom(...valuesOf[field]),
      )
      .map(([op, a, b]) => conditionOf(field, op, a, b)),
  );

const anyQuery: fc.Arbitrary<ScopedQuery> = fc
  .record({
    columns: fc.uniqueArray(fc.constantFrom(...fields), { minLength: 1 }),
    where: fc.array(anyCondition, { maxLength: 3 }),
    items: fc.uniqueArray(
      fc.record({ field: fc.constantFrom(...fields), direction: fc.constantFrom('asc' as const, 'desc' as const) }),
      { maxLength: 3, selector: ({ field }) => field },
    ),
    limit: fc.integer({ min: 1, max: 130 }),
    /** The row after which to go on. */
    from: fc.option(fc.constantFrom(...people), { nil: undefined }),
  })
  .map(({ columns, where, items, limit, from }) => {
    const order = orderBy(...items);
    const after = from === undefined ? {} : { after: order.map(({ field }) => from[field as FieldName]) };
    return aQuery({ columns, where, order, limit, ...after });
  });
