import fc from 'fast-check';
import type { Condition } from '#exchange/exchange-request.js';
import type { Transform } from '#privacy/transform.js';
import type { AgreedField, Agreement } from './agreement.js';
import type { AccessRequest } from './decision.js';
import { grantsOperator, isCoarsened } from './combine.js';
import { anAgreement, aRequest, aResource } from './housing-case.fixture.js';

/** A world so small that what is asked and what is agreed often meet. */
export const residents = aResource();
export const FIELDS = ['person_id', 'district', 'household_size', 'born_on'] as const;
export const PURPOSES = ['dpv:A', 'dpv:B'];
const BASES = ['一', '二'].map((article) => ({ law: '法', article }));
const LAST_DAY = 12;

const dayOf = (number: number) => new Date(Date.UTC(2026, 0, number));
export const anyTime = fc.integer({ min: 0, max: LAST_DAY }).map(dayOf);

const transformsOf: Readonly<Record<(typeof FIELDS)[number], fc.Arbitrary<Transform>>> = {
  person_id: textTransform(),
  district: textTransform(),
  household_size: fc.constantFrom<Transform[]>(
    ...[2, 3, 4, 6].map((step) => ({ kind: 'generalise', step }) as const),
    { kind: 'clear' },
    { kind: 'omit' },
  ),
  born_on: fc.constantFrom<Transform[]>(
    { kind: 'clear' },
    { kind: 'truncate', to: 'year' },
    { kind: 'truncate', to: 'month' },
  ),
};

const conditions: readonly Condition[] = [
  { field: 'person_id', op: 'eq', value: 'x' },
  { field: 'person_id', op: 'eq', value: 'y' },
  { field: 'person_id', op: 'in', value: ['x', 'y'] },
  { field: 'person_id', op: 'prefix', value: 'x' },
  { field: 'district', op: 'in', value: ['东城区'] },
  { field: 'household_size', op: 'lt', value: 3 },
  { field: 'born_on', op: 'eq', value: '1990-03-07' },
];
const someConditions = fc.array(fc.constantFrom(...conditions), { maxLength: 2 });

const agreedFields = fc.record(
  {
    person_id: agreedField('person_id'),
    district: agreedField('district'),
    household_size: agreedField('household_size'),
    born_on: agreedField('born_on'),
  },
  { requiredKeys: ['district'] },
);

const grants = fc.record(
  {
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    fields: agreedFields,
    rows: someConditions,
    maxRows: fc.integer({ min: 1, max: 5 }),
    requires: fc.dictionary(fc.constantFrom('person_id', 'district'), fc.integer({ min: 1, max: 2 }), { maxKeys: 1 }),
    quota: fc.record({ limit: fc.integer({ min: 1, max: 9 }), per: fc.constantFrom('hour', 'day', 'month') }),
  },
  { requiredKeys: ['id', 'fields', 'rows', 'maxRows'] },
);

/** Most are never withdrawn. */
const withdrawal = fc.option(fc.integer({ min: 1, max: LAST_DAY }), { nil: undefined, freq: 4 });

const scope = fc.record({
  consumer: mostlyOf(['housing/allocation'], 'education/admissions'),
  resource: mostlyOf(['population/residents'], 'population/deaths'),
  purposes: fc.subarray(PURPOSES, { minLength: 1 }),
  bases: fc.subarray(BASES, { minLength: 1 }),
  validity: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 9 })),
});
/** Of an agreement that covers whatever is asked. */
const wideScope = fc.constant({
  consumer: 'housing/allocation',
  resource: 'population/residents',
  purposes: PURPOSES,
  bases: BASES,
  validity: [0, LAST_DAY + 1] as [number, number],
});

export const anyAgreement: fc.Arbitrary<Agreement> = fc.tuple(grants, fc.oneof(scope, wideScope), withdrawal).map(
  ([
    granted,
    {
      validity: [from, days],
      ...scoped
    },
    withdrawn,
  ]) =>
    anAgreement({
      ...granted,
      requires: grantable(granted),
      ...scoped,
      validFrom: dayOf(from).toISOString(),
      validUntil: dayOf(from + days).toISOString(),
      ...(withdrawn !== undefined && { withdrawnFrom: dayOf(withdrawn).toISOString() }),
    }),
);

/** What is required must be granted. */
function grantable({
  fields,
  requires = {},
}: {
  fields: Record<string, AgreedField>;
  requires?: Record<string, number>;
}) {
  const granted = Object.entries(requires).filter(([field]) =>
    (['eq', 'in'] as const).some((operator) => grantsOperator(fields[field], residents, field, operator)),
  );
  return Object.fromEntries(granted);
}

export const anyAgreements = fc.uniqueArray(anyAgreement, { maxLength: 4, selector: ({ id }) => id });

export const anyRequest: fc.Arbitrary<AccessRequest> = fc
  .record({
    consumer: mostlyOf(['housing/allocation'], 'education/admissions'),
    purpose: mostlyOf(PURPOSES, 'dpv:Unheard'),
    basis: mostlyOf(BASES, { law: '法', article: '零' }),
    select: fc.oneof(fc.constant<string[]>(['district']), fc.subarray<string>([...FIELDS], { minLength: 1 })),
    where: someConditions,
    orderBy: fc.subarray<string>([...FIELDS], { maxLength: 1 }).map((fields) => fields.map((field) => ({ field }))),
  })
  .map((asked) => aRequest(asked));

function textTransform(): fc.Arbitrary<Transform> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant({ kind: 'clear' as const }) },
    fc.record({ kind: fc.constant('mask' as const), keepStart: fc.nat(2), keepEnd: fc.nat(2) }),
    fc.record({ kind: fc.constant('truncate-text' as const), characters: fc.integer({ min: 1, max: 3 }) }),
    fc.constantFrom<Transform[]>({ kind: 'pseudonymise' }, { kind: 'omit' }),
  );
}

/** Its explicit filters, if any, are among those that the resource offers. */
function agreedField(field: (typeof FIELDS)[number]): fc.Arbitrary<AgreedField> {
  const offered = Object.entries(residents.fields).flatMap(([name, { operators }]) =>
    name === field ? operators : [],
  );
  const filter = fc.subarray(offered);
  const agreed = fc.record({ transform: transformsOf[field], filter }, { requiredKeys: ['transform'] });
  return agreed.map((one) => (isCoarsened(one.transform) ? { transform: one.transform } : one));
}

function mostlyOf<T>(usual: readonly T[], other: T): fc.Arbitrary<T> {
  return fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...usual) }, fc.constant(other));
}
