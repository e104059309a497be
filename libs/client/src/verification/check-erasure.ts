import type { AccessErased } from '#events/access-erased.v1.js';
import type { Receipt } from '#exchange/answer.js';
import { fail, pass, type Check } from './check.js';

/** Whether the gateway tells of the erasure what the log has, and opens nothing that it says was destroyed. */
export function checkErasure({ by, ground, time }: AccessErased, { erased, opening }: Receipt): Check {
  const isSame = erased?.by === by && erased.ground === ground && erased.at === time;
  return isSame && opening === undefined
    ? pass(
        'erasure-details',
        `The details were erased at ${time} by ${by}, on the ground ${ground}: nothing opens the commitment any more.`,
        `细节已于 ${time} 由 ${by} 依据 ${ground} 删除：承诺不再能被打开。`,
      )
    : fail(
        'erasure-details',
        'The log has an erasure of these details, and the receipt says something else of them.',
        '日志中有这些细节的删除记录，而凭证所述与其不符。',
      );
}
