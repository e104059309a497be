import { relative } from 'node:path';
import type { Home } from '../home/home.js';
import { departmentIds, planFrom, urlOf, type Plan } from '../setup/plan.js';

export interface Surroundings {
  /** What a command in another terminal takes for granted. */
  readonly defaultPortBase: number;
  readonly defaultHome: string;
  readonly workingDirectory: string;
}

/** Where everything is, and what to try next: commands that run as they stand. */
export function addresses(plan: Plan, home: Home, around: Surroundings): string {
  const row = (name: string, port: number): string => `  ${name.padEnd(16)} ${urlOf(port)}/docs`;
  return [
    '',
    'Open in a browser',
    row('gateway', plan.gateway),
    row('ledger', plan.ledger),
    ...departmentIds.map((id) => row(id, plan.adapters[id])),
    '',
    'Try in another terminal',
    ...exportsFor(plan, home, around),
    '  npx sluice ask deploy/demo/questions/household.yaml --receipt receipt.json',
    '  npx sluice verify receipt.json',
    '  npx sluice log show',
    '  npx sluice alert list',
    '  npx sluice --help',
    '',
    `Keys, trust file, logs and data: ${shortened(home.folder, around)}`,
    'Ctrl-C stops everything; npm run reset removes all of it.',
    '',
  ].join('\n');
}

/** Nothing, where everything is where the commands look for it. */
function exportsFor(plan: Plan, home: Home, around: Surroundings): string[] {
  const variables = [
    ...(home.folder === around.defaultHome ? [] : [`SLUICE_HOME=${home.folder}`]),
    ...(plan.gateway === planFrom(around.defaultPortBase).gateway
      ? []
      : [`SLUICE_GATEWAY=${urlOf(plan.gateway)}`, `SLUICE_LEDGER=${urlOf(plan.ledger)}`]),
  ];
  return variables.length === 0 ? [] : [`  export ${variables.join(' ')}`];
}

function shortened(path: string, { workingDirectory }: Surroundings): string {
  const short = relative(workingDirectory, path);
  return short.startsWith('..') ? path : short;
}
