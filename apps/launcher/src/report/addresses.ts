import { join, relative } from 'node:path';
import type { Installation } from '../installation.js';
import { departmentIds, urlOf } from '../setup/plan.js';

/** Where everything is, and what to try next. */
export function addresses({ plan, home }: Installation, workingDirectory: string): string {
  const path = (...parts: string[]): string => {
    const short = relative(workingDirectory, join(...parts));
    return short.startsWith('..') ? join(...parts) : short;
  };
  const adapters = departmentIds.map((id) => `  ${id.padEnd(16)} ${urlOf(plan.adapters[id])}/docs`);
  return [
    '',
    'Open in a browser',
    `  ${'gateway'.padEnd(16)} ${urlOf(plan.gateway)}/docs`,
    `  ${'ledger'.padEnd(16)} ${urlOf(plan.ledger)}/docs`,
    ...adapters,
    '',
    'Try in another terminal',
    '  npx sluice --help',
    '  npx sluice log show',
    `  npx sluice verify ${path(home.folder, 'receipts', '01-released.json')}`,
    '',
    `Keys, trust file, logs and data: ${path(home.folder)}`,
    'Ctrl-C stops everything; npm run reset removes all of it.',
    '',
  ].join('\n');
}
