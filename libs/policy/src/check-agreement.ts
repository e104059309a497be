import { fits } from '#privacy/fits.js';
import type { AgreedField, Agreement } from './agreement.js';
import { grantsOperator, isCoarsened } from './combine.js';
import { checkCondition, operatorSuits, unknownField, type Finding } from './check-condition.js';
import { fieldOf, type Resource } from './resource.js';

export type AgreementFinding = Finding<
  'RESOURCE_MISMATCH' | 'RESOURCE_NOT_SHARED' | 'FIELD_UNKNOWN' | 'FILTER_INVALID' | 'TRANSFORM_UNFIT'
>;

/** What keeps the agreement from being one on this resource. Empty where nothing does. Never throws. */
export function checkAgreement(resource: Resource, agreement: Agreement): readonly AgreementFinding[] {
  if (agreement.resource !== resource.id) {
    return [{ pointer: '/resource', code: 'RESOURCE_MISMATCH', message: `is not ${resource.id}` }];
  }
  const unshared: readonly AgreementFinding[] =
    resource.sharing === 'none'
      ? [{ pointer: '/resource', code: 'RESOURCE_NOT_SHARED', message: `${resource.id} is not to be shared` }]
      : [];
  return [
    ...unshared,
    ...Object.entries(agreement.fields).flatMap(([name, agreed]) => checkField(resource, name, agreed)),
    ...Object.keys(agreement.requires ?? {}).flatMap((name) => checkRequired(resource, name, agreement)),
    ...agreement.rows.flatMap((condition, index) => checkCondition(resource, condition, `/rows/${index}`)),
  ];
}

/** The operators that name values. */
const NAMING = ['eq', 'in'] as const;

/** What is required must be granted, or the agreement would permit nothing. */
function checkRequired(resource: Resource, name: string, { fields }: Agreement): readonly AgreementFinding[] {
  const pointer = `/requires/${name}`;
  if (fieldOf(resource, name) === undefined) return [unknownField(pointer, name)];
  const agreed = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (NAMING.some((operator) => grantsOperator(agreed, resource, name, operator))) return [];
  return [{ pointer, code: 'FILTER_INVALID', message: `the agreement grants no filter on ${name} by eq or in` }];
}

function checkField(resource: Resource, name: string, agreed: AgreedField): readonly AgreementFinding[] {
  const field = fieldOf(resource, name);
  const pointer = `/fields/${name}`;
  if (field === undefined) return [unknownField(pointer, name)];
  const unfit: readonly AgreementFinding[] = fits(agreed.transform, field.type)
    ? []
    : [
        {
          pointer: `${pointer}/transform`,
          code: 'TRANSFORM_UNFIT',
          message: `${agreed.transform.kind} is not for fields of type ${field.type}, or hides nothing of them`,
        },
      ];
  const telling: readonly AgreementFinding[] =
    isCoarsened(agreed.transform) && agreed.filter !== undefined && agreed.filter.length > 0
      ? [
          {
            pointer: `${pointer}/filter`,
            code: 'FILTER_INVALID',
            message: `a filter on ${name} would tell what ${agreed.transform.kind} hides`,
          },
        ]
      : [];
  const filters = (agreed.filter ?? []).flatMap((operator, index): readonly AgreementFinding[] =>
    field.operators.includes(operator) && operatorSuits(operator, field.type)
      ? []
      : [
          {
            pointer: `${pointer}/filter/${index}`,
            code: 'FILTER_INVALID',
            message: `the resource does not filter ${name} by ${operator}`,
          },
        ],
  );
  return [...unfit, ...telling, ...filters];
}
