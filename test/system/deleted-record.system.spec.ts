import { AlertClient } from '#client/alert-client.js';
import type { AlertSummary } from '#exchange/alert.js';
import { auditRecords } from '../support/audit-records.js';
import { isReconciled } from '../support/found-alerts.js';
import { ADAPTER } from '../support/system-ground.js';
import { startSystem, type System } from '../support/system.js';
import { holdTransport } from './table-lock.js';

const START_MS = 180_000;
const TEST_MS = 300_000;

let system: System;
/** The exchange of which a record is deleted. */
let deletedOf: string;

beforeAll(async () => {
  // The other side's record is waited for as long as ever: it is the hole that shows the deletion.
  const environment = { ledger: { RECONCILE_FILL_WITHIN_MS: '3000', RECONCILE_EVERY_MS: '100' } };
  system = await startSystem({ transport: 'embedded', environment });
}, START_MS);
afterAll(() => system.stop(), START_MS);

const alerts = () => new AlertClient({ ledger: system.ledgerUrl, fetch, now: Date.now });
const open = async (): Promise<readonly AlertSummary[]> => (await alerts().list({ limit: 200, state: 'open' })).items;

/** What somebody outside finds who has nothing but the log. */
const audited = () => auditRecords(system.ledgerUrl, system.layout.home.trust);

it(
  'finds nothing in exchanges that went as they should, and says so',
  async () => {
    for (let asked = 0; asked < 5; asked += 1) expect((await system.ask()).outcome).toBe('answered');
    await system.untilSettled();
    await system.until('all is reconciled', () => isReconciled(system.ledgerUrl));
    expect(await open()).toEqual([]);
    await system.until('an audit says so too', async () => {
      const { ok, records, findings } = await audited();
      return (ok && records >= 10) || JSON.stringify({ records, findings });
    });
  },
  TEST_MS,
);

it(
  'shows a record that a superuser deletes from an outbox as a hole with the name of the party',
  async () => {
    const transport = await holdTransport(system);
    const { outcome, id } = await system.ask();
    expect(outcome).toBe('answered');
    // What the process has in memory dies with it, and the row is all that is left of the release's event.
    await system.kill(ADAPTER);
    deletedOf = id;
    const deleted = await system.query<{ id: string }>(ADAPTER, 'DELETE FROM outbox RETURNING id::text AS id');
    expect(deleted.map((row) => row.id)).toEqual([id]);
    await transport.release();
    // A sequence whose process is gone is gone on with after a minute: nobody need wait for that here.
    await system.query(ADAPTER, "UPDATE writer_chain SET used_at = '-infinity'");
    await system.start(ADAPTER);
    await system.until('the department answers again', async () => (await system.ask()).outcome === 'answered');
    await system.until('there is an alert', async () => (await open()).length > 0);
    const [alert, ...others] = await open();
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ kind: 'hole', owner: 'population', cameAfterAll: 0 });
    expect(alert!.sequence).toMatchObject({ source: 'adapter/population' });
  },
  TEST_MS,
);

it(
  'shows somebody outside, who has nothing but the log, the same and what the ledger keeps silent about',
  async () => {
    // Its reconciler forgets that the exchange waits for a release: nobody will ever be told.
    await system.query('ledger', 'TRUNCATE open_exchange');
    expect(await waiting()).toBe(0);
    await system.until('the audit has the ledger’s alert', async () => {
      const { findings } = await audited();
      return findings.some(({ alert }) => alert !== undefined) || JSON.stringify(findings);
    });
    const { exitCode, ok, findings } = await audited();
    expect({ exitCode, ok }).toEqual({ exitCode: 1, ok: false });
    expect(findings).toMatchObject([
      { kind: 'decision-without-release', owner: 'population', exchange: deletedOf },
      { kind: 'hole', owner: 'population', sequence: { source: 'adapter/population' }, alert: { state: 'open' } },
    ]);
    expect(findings[0]).not.toHaveProperty('alert');
    expect((await open()).map(({ kind }) => kind)).toEqual(['hole']);
  },
  TEST_MS,
);

/** How many exchanges the ledger says that it still waits for. */
async function waiting(): Promise<number> {
  const answer = await fetch(`${system.ledgerUrl}/v1/reconciliation`);
  return ((await answer.json()) as { readonly openExchanges: number }).openExchanges;
}
