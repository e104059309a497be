import { AlertClient } from '#client/alert-client.js';
import type { AlertSummary } from '#exchange/alert.js';
import type { ReconciliationStatus } from '../../apps/ledger/src/reconciliation/reconciliation.controller.js';

/** True once nothing waits any more for a record that may still come; else what does. For `System.until`. */
export async function isReconciled(ledger: string): Promise<boolean | string> {
  const answer = await fetch(`${ledger}/v1/reconciliation?limit=200`);
  const { shards, openExchanges, sequences } = (await answer.json()) as ReconciliationStatus;
  const behind = shards.filter(({ lag }) => lag > 0);
  const broken = sequences.filter(({ missing }) => missing > 0);
  return behind.length + openExchanges + broken.length === 0 || JSON.stringify({ behind, openExchanges, broken });
}

/** Every alert that the ledger has, whatever became of it. */
export async function allAlerts(ledger: string): Promise<readonly AlertSummary[]> {
  const client = new AlertClient({ ledger, fetch, now: Date.now });
  const found: AlertSummary[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await client.list({ limit: 200, cursor });
    found.push(...items);
    cursor = next;
  } while (cursor !== undefined);
  return found;
}
