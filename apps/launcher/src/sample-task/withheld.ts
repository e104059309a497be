import type { Transform } from '#privacy/transform.js';
import type { DemoFiles } from '../demo/demo-files.js';
import type { Outcome } from './outcome.js';

/** What did not leave the department, or not in full, and why: for people. */
export function withheldOf(outcome: Outcome, { jointCheck, agreements, departments }: DemoFiles): string {
  if (outcome.problem !== undefined) return outcome.problem.detail ?? outcome.problem.title;
  const { resource, select } = outcome;
  const agreed = agreements.find((one) => one.consumer === jointCheck.system && one.resource === resource);
  if (agreed === undefined) return '';
  const changed = select.flatMap((name) => {
    const transform = agreed.fields[name]?.transform;
    const how = transform === undefined ? undefined : inWords(transform);
    return how === undefined ? [] : [`${name} ${how}`];
  });
  const held = departments.flatMap(({ resources }) => resources).find(({ id }) => id === resource)?.fields ?? {};
  const never = Object.keys(held).filter((name) => (agreed.fields[name]?.transform.kind ?? 'omit') === 'omit');
  const rule = `by agreement ${agreed.id} v${agreed.version}`;
  return [...changed, `never: ${never.join(' ')}`, rule].join('\n');
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
