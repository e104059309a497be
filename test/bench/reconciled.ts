import { withClient } from '#embedded/service-database.js';
import { waitUntil } from '#embedded/wait-until.js';
import { accessDecidedV1 } from '#events/access-decided.v1.js';
import { accessReleasedV1 } from '#events/access-released.v1.js';
import { allAlerts, isReconciled } from '../support/found-alerts.js';

/** What the ledger makes of exchanges that nobody tampered with, between processes that nobody killed. */
export interface Reconciled {
  /** To as many exchanges callers had an answer with data. */
  readonly answered: number;
  /** Of as many the reconciler has read both the decision and the release: also of those whose caller had gone. */
  readonly exchanges: number;
  /** There should be none. */
  readonly alerts: readonly string[];
  /** What was not reconciled in the time allowed for it, in words. There should be nothing. */
  readonly waiting?: string;
}

/** Only ends what hangs: under full load sequencing lags behind. */
const PATIENCE_MS = 300_000;

/**
 * Waits until everything is sequenced and reconciled, and no fewer exchanges than were answered; or until there is an alert.
 * `ledger`: its address. `url`: its database.
 */
export async function reconcileAll(ledger: string, url: string, answered: number): Promise<Reconciled> {
  let found: Reconciled | undefined;
  await waitUntil(async () => {
    const state = await isReconciled(ledger);
    // Asked afterwards: what is reconciled has its alerts.
    const alerts = (await allAlerts(ledger)).map((alert) => JSON.stringify(alert));
    const exchanges = state === true ? await exchangesRead(url) : 0;
    const waiting = state === true ? fewerThan(answered, exchanges) : String(state);
    found = { answered, exchanges, alerts, ...(waiting === undefined ? {} : { waiting }) };
    return waiting === undefined || alerts.length > 0;
  }, PATIENCE_MS);
  return found ?? { answered, exchanges: 0, alerts: [], waiting: 'the ledger was not asked' };
}

/** True where the bench has nothing to be ashamed of. */
export function isClean({ alerts, waiting }: Reconciled): boolean {
  return alerts.length === 0 && waiting === undefined;
}

/** Lines for a person. */
export function describeReconciled({ answered, exchanges, alerts, waiting }: Reconciled): string {
  const line = `exchanges reconciled ${exchanges}, of which ${answered} were answered, alerts ${alerts.length}`;
  return [line, ...(waiting === undefined ? [] : [`not reconciled: ${waiting}`]), ...alerts].join('\n');
}

function fewerThan(answered: number, exchanges: number): string | undefined {
  return exchanges < answered ? `of ${answered} exchanges that were answered, ${exchanges} came` : undefined;
}

function exchangesRead(url: string): Promise<number> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ count: string }>(
      `SELECT count(*) FROM (
         SELECT FROM sequenced_event JOIN reconciled_shard USING (shard)
         WHERE index < position AND tag IN ($1, $2) GROUP BY event HAVING count(DISTINCT tag) = 2
       ) AS exchange`,
      [accessDecidedV1.tag, accessReleasedV1.tag],
    );
    return Number(rows[0]?.count ?? 0);
  });
}
