import type { Condition, Scalar } from './exchange-request.js';

/** Every value that the conditions name, whatever the field and the operator. */
export function namedValues(conditions: readonly Condition[]): readonly Scalar[] {
  return conditions.flatMap(({ value }) => value);
}
