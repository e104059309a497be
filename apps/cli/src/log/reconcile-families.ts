import type { FamilyAudit } from '#client/audit/audit-family.js';
import { reconcileLogs, type ReconcileOptions, type Reconciliation } from '#client/audit/reconcile-logs.js';
import { CliError } from '../cli-error.js';
import type { Context } from '../context.js';
import { progressOf } from './audit-progress.js';

export type ReconciledFamily = FamilyAudit & { readonly reconciliation?: Reconciliation };

/** What is missing can only be said of all shards, and only a list that is believed says which these are. */
export function needsList(): CliError {
  return new CliError('USAGE', {
    en: '--reconcile needs all shards: give the ledger, or the folder with all of its logs and the list of shards, and a trust file or --vkey with the family’s key',
    zh: '--reconcile 需要全部分片：请给出账本，或含全部日志与分片列表的目录，并以信任文件或 --vkey 提供日志族的密钥',
  });
}

/** Looks at the records of each family that was audited. */
export async function reconcileFamilies(
  { terminal, now }: Context,
  families: readonly FamilyAudit[],
  waits: Pick<ReconcileOptions, 'pendingWithin' | 'deadlines'>,
): Promise<readonly ReconciledFamily[]> {
  const reconciled: ReconciledFamily[] = [];
  for (const family of families) {
    const { rooted, place } = family;
    if (rooted === undefined) {
      reconciled.push(family);
      continue;
    }
    const onProgress = progressOf(terminal, { place });
    const reconciliation = await reconcileLogs(rooted, { now: now(), ...waits, onProgress });
    reconciled.push({ ...family, reconciliation });
  }
  return reconciled;
}

/** Whether all records were compared, and agree. */
export function isWhole({ findings, left, notAsSigned }: Reconciliation): boolean {
  return findings.length + left === 0 && notAsSigned === undefined;
}
