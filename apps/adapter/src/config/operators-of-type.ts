import { operators, type Operator } from '#exchange/exchange-request.js';
import type { FieldType } from '#policy/resource.js';

const ordered = operators.filter((operator) => operator !== 'prefix');

/** What can be asked of a value of each type. A resource offers no more than this. */
export const operatorsOfType: Readonly<Record<FieldType, readonly Operator[]>> = {
  string: operators,
  integer: ordered,
  decimal: ordered,
  date: ordered,
  timestamp: ordered,
  boolean: ['eq', 'in'],
};
