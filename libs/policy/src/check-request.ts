import type { ExchangeRequest } from '#exchange/exchange-request.js';
import { checkCondition, unknownField, type ConditionFinding } from './check-condition.js';
import { fieldOf, type Resource } from './resource.js';

/** What is wrong with the request for this resource, whoever asks. Empty where nothing is. Never throws. */
export function checkRequest(
  resource: Resource,
  request: Pick<ExchangeRequest, 'select' | 'where' | 'orderBy'>,
): readonly ConditionFinding[] {
  const named = [
    ...request.select.map((field, index) => ({ field, pointer: `/select/${index}` })),
    ...request.orderBy.map(({ field }, index) => ({ field, pointer: `/orderBy/${index}/field` })),
  ];
  return [
    ...named
      .filter(({ field }) => fieldOf(resource, field) === undefined)
      .map(({ field, pointer }) => unknownField(pointer, field)),
    ...request.where.flatMap((condition, index) => checkCondition(resource, condition, `/where/${index}`)),
  ];
}
