import type { Condition, Operator, Scalar } from '#exchange/exchange-request.js';
import type { FieldType } from '#privacy/field-type.js';
import { isReversed, valueMismatch } from './check-value.js';
import { fieldOf, type Resource } from './resource.js';

export interface Finding<Code extends string> {
  /** JSON Pointer (RFC 6901) to what is wrong. */
  readonly pointer: string;
  readonly code: Code;
  /** In English, with no value of the checked document in it. */
  readonly message: string;
}
export type ConditionFinding = Finding<'FIELD_UNKNOWN' | 'FILTER_INVALID'>;

/** Checks one condition against its field: that it exists, can be filtered so, and that the values are of its type. */
export function checkCondition(resource: Resource, condition: Condition, pointer: string): readonly ConditionFinding[] {
  const field = fieldOf(resource, condition.field);
  if (field === undefined) return [unknownField(`${pointer}/field`, condition.field)];
  if (!field.operators.includes(condition.op) || !operatorSuits(condition.op, field.type)) {
    return [invalid(`${pointer}/op`, `the resource does not filter ${condition.field} by ${condition.op}`)];
  }
  return checkValues(condition, field.type, `${pointer}/value`);
}

export function unknownField(pointer: string, field: string): Finding<'FIELD_UNKNOWN'> {
  return { pointer, code: 'FIELD_UNKNOWN', message: `the resource has no field ${field}` };
}

/** A boolean has nothing but to be equal, and only a text has a beginning. */
export function operatorSuits(operator: Operator, type: FieldType): boolean {
  if (type === 'boolean') return operator === 'eq';
  return operator !== 'prefix' || type === 'string';
}

function checkValues(condition: Condition, type: FieldType, pointer: string): readonly ConditionFinding[] {
  if (!Array.isArray(condition.value)) return checkValue(condition.value, type, pointer);
  const findings = condition.value.flatMap((value, index) => checkValue(value, type, `${pointer}/${index}`));
  if (findings.length > 0 || condition.op !== 'between' || !isReversed(...condition.value, type)) return findings;
  return [invalid(pointer, 'the lower bound is above the upper')];
}

function checkValue(value: Scalar, type: FieldType, pointer: string): readonly ConditionFinding[] {
  const mismatch = valueMismatch(value, type);
  return mismatch === undefined ? [] : [invalid(pointer, mismatch)];
}

function invalid(pointer: string, message: string): Finding<'FILTER_INVALID'> {
  return { pointer, code: 'FILTER_INVALID', message };
}
