import { HOUR, ReconciledLog } from './a-reconciled-log.js';
import { Party } from './parties.js';

/** As the runbook has it. */
const READ_AGAIN = `
  BEGIN;
  UPDATE reconciliation SET open_exchanges = NULL;
  TRUNCATE reconciled_shard, open_exchange, party_source, party_sequence;
  COMMIT;`;
const FOUND_BEFORE = 'more-released population';

let log: ReconciledLog;
let gateway: Party;
let adapter: Party;

beforeEach(async () => {
  log = await ReconciledLog.open();
  [gateway, adapter] = [new Party(), new Party()];
  const [clean, exceeded, released] = [gateway.permit(), gateway.permit(), gateway.permit()];
  await log.sequence([clean, adapter.release(clean), exceeded, adapter.release(exceeded, { rows: 11 })]);
  // One permit of which the release comes later, and one of which nothing comes.
  await log.sequence([released, gateway.permit()]);
  await log.reconcile();
  expect(await log.count('open_exchange')).toBe(2);
  await log.sequence([adapter.release(released)]);
});
afterEach(() => log[Symbol.asyncDispose]());

const query = (sql: string) => log.ledger.database.query<unknown>(sql);
const oneOf = 'DELETE FROM open_exchange WHERE id IN (SELECT id FROM open_exchange LIMIT 1)';

it.each([
  ['emptied', 'TRUNCATE open_exchange'],
  ['rid of a row', oneOf],
])('the table of what waits is %s: the reconciler says so, and stays where it is', async (_, sql) => {
  await query(sql);
  for (const ahead of [0, HOUR]) {
    log.ahead = ahead;
    await expect(log.reconcile()).rejects.toMatchObject({ code: 'RECONCILIATION_DAMAGED' });
  }
  expect(await log.found()).toEqual([FOUND_BEFORE]);
});

it('once the logs are read again from the start, finds what waited, and nothing twice', async () => {
  await query('TRUNCATE open_exchange');
  await expect(log.reconcile()).rejects.toMatchObject({ code: 'RECONCILIATION_DAMAGED' });
  await query(READ_AGAIN);
  await log.reconcile();
  expect(await log.count('open_exchange')).toBe(1);
  log.ahead = HOUR;
  await log.reconcile();
  expect(await log.found()).toEqual(['decision-without-release population', FOUND_BEFORE]);
  expect(await log.count('open_exchange')).toBe(0);
});

it('counts anew what the release before has left, which kept no count', async () => {
  await query(`UPDATE reconciliation SET cycle_at = cycle_at + interval '1 second'`);
  await query(oneOf);
  await log.reconcile();
  await query(oneOf);
  await expect(log.reconcile()).rejects.toMatchObject({ code: 'RECONCILIATION_DAMAGED' });
});
