import { jest } from '@jest/globals';
import { LONGEST_PAUSE } from '../../src/reconciliation/reconciler.js';
import { HOUR, ReconciledLog, never } from './a-reconciled-log.js';
import { Party } from './parties.js';

jest.setTimeout(60_000);
/** As the reconciled log waits: two minutes. */
const WITHIN = 120_000;

let log: ReconciledLog;
let gateway: Party;
let adapter: Party;
beforeEach(async () => {
  log = await ReconciledLog.open();
  log.longestPause = LONGEST_PAUSE;
  gateway = new Party();
  adapter = new Party();
});
afterEach(() => log[Symbol.asyncDispose]());

/** A permit whose release waits in an outbox, and a sequence of which a record does. */
async function waiting() {
  const permit = gateway.permit();
  const [missing, behind] = [gateway.denial(), gateway.denial()];
  await log.sequence([permit, behind]);
  await log.reconcile();
  return { permit, missing };
}

async function comeAfterAll({ permit, missing }: Awaited<ReturnType<typeof waiting>>): Promise<void> {
  await log.sequence([adapter.release(permit)], 1);
  await log.sequence([missing]);
}

it.each([
  ['was down', HOUR],
  ['was down for days', 72 * HOUR],
  ['ran on a machine whose clock jumped forward', 25 * HOUR],
])('accuses nobody of what waited while the ledger %s', async (_, away) => {
  const records = await waiting();
  await log.pass(WITHIN / 2);
  log.ahead += away;
  await log.reconcile();
  await log.pass(WITHIN / 4);
  await comeAfterAll(records);
  await log.pass(2 * WITHIN);
  expect(await log.alerts()).toEqual([]);
});

it('accuses nobody where the ledger is down again and again', async () => {
  const records = await waiting();
  for (let outage = 0; outage < 5; outage += 1) {
    log.ahead += HOUR;
    await log.reconcile();
  }
  await comeAfterAll(records);
  await log.pass(2 * WITHIN);
  expect(await log.alerts()).toEqual([]);
});

it('accuses nobody while the ledger looks at its logs and can take nothing in', async () => {
  const records = await waiting();
  for (let time = 0; time < 30; time += 1) {
    log.ahead += LONGEST_PAUSE;
    expect(await log.reconciler({ isTaking: () => false }).cycle(never)).toBe(true);
  }
  await comeAfterAll(records);
  await log.pass(2 * WITHIN);
  expect(await log.alerts()).toEqual([]);
});

it('accuses nobody, and forgets nobody, when a clock jumps forward and is put right', async () => {
  const records = await waiting();
  log.ahead += 25 * HOUR;
  await log.reconcile();
  log.ahead -= 25 * HOUR;
  await log.reconcile();
  await log.pass(WITHIN / 2);
  expect(await log.alerts()).toEqual([]);
  await log.pass(WITHIN);
  expect(await log.found()).toEqual(['decision-without-release population', 'hole gateway']);
  await comeAfterAll(records);
  await log.reconcile();
  expect((await log.alerts()).map(({ came }) => came)).toEqual([1, 1]);
});

it('finds after an outage what does not come, once the ledger was there for as long as is waited', async () => {
  await waiting();
  log.ahead += HOUR;
  await log.pass(WITHIN - LONGEST_PAUSE);
  expect(await log.alerts()).toEqual([]);
  await log.pass(WITHIN);
  expect(await log.found()).toEqual(['decision-without-release population', 'hole gateway']);
});

it('waits for what the database says was sequenced long ago, as one whose clock is behind does', async () => {
  const permit = gateway.permit();
  await log.sequence([permit]);
  await log.ledger.database.query("UPDATE batch SET sequenced_at = sequenced_at - interval '1 day'");
  await log.reconcile();
  await log.pass(WITHIN / 2);
  await log.sequence([adapter.release(permit)], 1);
  await log.pass(WITHIN);
  expect(await log.alerts()).toEqual([]);
});

it('calls nothing late in a database that was made again from what was published, all of it sequenced anew', async () => {
  const permits = Array.from({ length: 3 }, () => gateway.permit());
  await log.sequence(permits);
  await log.reconcile();
  // The backup is a day old; what came since is sequenced once more, from the tiles.
  log.ahead += 24 * HOUR;
  await log.sequence(permits.map((permit) => adapter.release(permit)));
  await log.ledger.database.query("UPDATE batch SET sequenced_at = now() + interval '1 day' WHERE first > 0");
  await log.pass(2 * WITHIN);
  expect(await log.alerts()).toEqual([]);
});

it('calls a release late that came when its time was up, and not missing', async () => {
  const permit = gateway.permit();
  await log.sequence([permit]);
  await log.reconcile();
  await log.pass(WITHIN - LONGEST_PAUSE);
  await log.sequence([adapter.release(permit)]);
  await log.pass(3 * LONGEST_PAUSE);
  expect(await log.found()).toEqual(['late population']);
});
