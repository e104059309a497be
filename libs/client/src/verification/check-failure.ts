import type { AccessDecided } from '#events/access-decided.v1.js';
import type { AccessFailed } from '#events/access-failed.v1.js';
import { fail, pass, type Check } from './check.js';

/** Whether the failure is one of this very access. */
export function checkFailure(decision: AccessDecided, failure: AccessFailed): Check {
  const isSame =
    decision.outcome === 'permit' &&
    failure.consumer === decision.consumer &&
    failure.resource === decision.resource &&
    failure.source === decision.source;
  return isSame
    ? pass(
        'failure-pairs',
        `The gateway recorded that it gave ${failure.consumer} no data of ${failure.resource}: ${failure.reason}.`,
        `网关记录了未向 ${failure.consumer} 提供 ${failure.resource} 的数据：${failure.reason}。`,
      )
    : fail('failure-pairs', 'The failure is of another access than was permitted.', '失败记录与所准许的访问不符。');
}
