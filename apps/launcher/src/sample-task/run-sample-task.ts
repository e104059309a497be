import { join } from 'node:path';
import type { Trust } from '#client/trust.js';
import type { DemoFiles } from '../demo/demo-files.js';
import type { Installation } from '../installation.js';
import { LauncherError } from '../launcher-error.js';
import type { Terminal } from '../report/terminal.js';
import { urlOf } from '../setup/plan.js';
import { ask, attempt, type Asker } from './ask.js';
import { isAsExpected, type Outcome } from './outcome.js';
import { prove, receiptFile } from './prove.js';
import { reconciled } from './reconciled.js';
import { toTable, type ProvenOutcome } from './table.js';

/**
 * The joint eligibility check, then what must be refused; then every receipt, verified offline. Prints the table. Throws
 * SAMPLE_FAILED where anything came out otherwise than the task says.
 */
export async function runSampleTask(installation: Installation, trust: Trust, terminal: Terminal): Promise<void> {
  const { files, keys, plan, home } = installation;
  const check = files.jointCheck;
  const key = keys.systems.get(check.system);
  if (key === undefined) throw new LauncherError('SAMPLE_FAILED', `deploy/demo/systems.yaml has no ${check.system}`);
  const asker: Asker = { gateway: urlOf(plan.gateway), key: key.key, trust };
  terminal.step('sample task: joint eligibility check for public rental housing (公租房资格联审)');
  terminal.text(whoAsks(files));
  const outcomes: Outcome[] = [];
  for (const question of check.asks) outcomes.push(await ask(asker, check, question));
  for (const tried of check.attempts) outcomes.push(await attempt(asker, check, tried));
  const rows = await proveAll(asker, urlOf(plan.ledger), outcomes, join(home.folder, 'receipts'));
  terminal.text(toTable(rows, files, terminal.width));
  const wrong = rows.filter(({ outcome, proof }) => !isAsExpected(outcome) || !proof.ok);
  if (wrong.length === 0) {
    terminal.step(`all ${String(rows.length)} came out as they should, and every receipt verifies`);
    terminal.step(await reconciled(urlOf(plan.ledger)));
    return;
  }
  const lines = wrong.map(
    ({ outcome, proof }) =>
      `  ${outcome.title.en}: expected ${outcome.expected}, came ${outcome.came}; ${proof.summary}`,
  );
  throw new LauncherError('SAMPLE_FAILED', `the sample task came out otherwise than it should:\n${lines.join('\n')}`);
}

/** What every request of the task says of its asker. */
function whoAsks({ jointCheck, systems }: DemoFiles): string {
  const { system, purpose, basis, officer, applicant } = jointCheck;
  const named = systems.find(({ id }) => id === system)?.title;
  return [
    '',
    `  ${system}: ${named?.en ?? ''} ${named?.zh ?? ''}`,
    `  about applicant ${applicant}, case ${jointCheck.case}, officer ${officer}`,
    `  purpose ${purpose}, basis ${basis.law} ${basis.article}`,
    '',
  ].join('\n');
}

async function proveAll(
  asker: Asker,
  ledger: string,
  outcomes: readonly Outcome[],
  folder: string,
): Promise<ProvenOutcome[]> {
  return Promise.all(
    outcomes.map(async (outcome, index) => ({
      outcome,
      proof: await prove(asker, ledger, outcome, receiptFile(folder, index, outcome)),
    })),
  );
}
