import { HOUR, ReconciledLog } from './a-reconciled-log.js';
import { Party } from './parties.js';

/** As the runbook has it. */
const READ_AGAIN = `
  BEGIN;
  INSERT INTO reconciliation DEFAULT VALUES ON CONFLICT DO NOTHING;
  UPDATE reconciliation SET totals_at = NULL;
  TRUNCATE reconciled_shard, open_exchange, party_source, party_sequence;
  COMMIT;`;
/** Under the name that the finding will have of the permit of which nothing comes: it would never be told. */
const FORGED_ALERT = `
  INSERT INTO alert SELECT gen_random_uuid(), kind, owner, 'resolved', exchange, 'decision-without-release', source, first, last,
    members, evidence, came, found_at, changed_at FROM alert, (SELECT id AS exchange FROM open_exchange LIMIT 1) AS waiting`;
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
  ['what waits is emptied', 'TRUNCATE open_exchange'],
  ['what waits has lost a row', oneOf],
  ['positions is emptied', 'TRUNCATE reconciled_shard'],
  ['positions has one further on', 'UPDATE reconciled_shard SET position = position + 1'],
  ['sequences has lost a row', "DELETE FROM party_sequence WHERE source = 'gateway'"],
  ['sources has lost a row', "DELETE FROM party_source WHERE source = 'adapter/population'"],
  ['sources and that of sequences are emptied', 'TRUNCATE party_source, party_sequence'],
  ['alerts is emptied', 'TRUNCATE alert, alert_change'],
  ['alerts has one that nobody found', FORGED_ALERT],
  ['the clock is emptied', 'TRUNCATE reconciliation'],
])('the table of %s: the reconciler says so, and stays where it is', async (_, sql) => {
  await log.sequenceOwn();
  await log.reconcile();
  await query(sql);
  for (const ahead of [0, HOUR]) {
    log.ahead = ahead;
    await expect(log.reconcile()).rejects.toMatchObject({ code: 'RECONCILIATION_DAMAGED' });
  }
  expect(log.published).toEqual([]);
});

it.each([
  ['what waits', 'TRUNCATE open_exchange'],
  ['positions, sources and sequences', 'TRUNCATE reconciled_shard, party_source, party_sequence'],
  ['alerts', 'TRUNCATE alert, alert_change'],
  ['the clock', 'TRUNCATE reconciliation'],
])(
  'once the logs are read again from the start, though %s was emptied, finds what waited, and nothing twice',
  async (_, sql) => {
    await query(sql);
    await expect(log.reconcile()).rejects.toMatchObject({ code: 'RECONCILIATION_DAMAGED' });
    await query(READ_AGAIN);
    await log.reconcile();
    expect(await log.count('open_exchange')).toBe(1);
    log.ahead = HOUR;
    await log.reconcile();
    expect(await log.found()).toEqual(['decision-without-release population', FOUND_BEFORE]);
    expect(await log.count('open_exchange')).toBe(0);
  },
);

it('counts anew what the release before has left, which kept no count', async () => {
  await query(`UPDATE reconciliation SET cycle_at = cycle_at + interval '1 second'`);
  await query(oneOf);
  await log.reconcile();
  await query(oneOf);
  await expect(log.reconcile()).rejects.toMatchObject({ code: 'RECONCILIATION_DAMAGED' });
});
