import type { Agreement } from '#policy/agreement.js';
import type { Transform } from '#privacy/transform.js';
import type { Outcome } from './outcome.js';

/** What did not leave the department in full, and why: for people. */
export function withheldOf(outcome: Outcome, consumer: string, agreements: readonly Agreement[]): string {
  if (outcome.problem !== undefined) return outcome.problem.detail ?? outcome.problem.title;
  const agreed = agreements.find((one) => one.consumer === consumer && one.resource === outcome.resource);
  if (agreed === undefined) return '';
  const changed = outcome.select.flatMap((name) => {
    const transform = agreed.fields[name]?.transform;
    const how = transform === undefined ? undefined : inWords(transform);
    return how === undefined ? [] : [`${name} ${how}`];
  });
  const rule = `agreement ${agreed.id} v${String(agreed.version)}`;
  return changed.length === 0 ? `nothing of what was asked (${rule})` : `${changed.join(', ')} (${rule})`;
}

function inWords(transform: Transform): string | undefined {
  switch (transform.kind) {
    case 'clear':
      return undefined;
    case 'mask':
      return 'masked';
    case 'truncate':
      return `to the ${transform.to}`;
    case 'truncate-text':
      return `cut to ${String(transform.characters)} characters`;
    case 'generalise':
      return `in steps of ${String(transform.step)}`;
    case 'pseudonymise':
      return 'pseudonymised';
    case 'omit':
      return 'left out';
  }
}
