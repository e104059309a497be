import type { SluiceEvent } from '#events/contract.js';
import { packEntries, unpackEntries } from '../../src/sequencing/packed-entries.js';
import { HOUR, ReconciledLog } from './a-reconciled-log.js';
import { Party } from './parties.js';

/** What was sequenced and read before the database was made again, and all that is there then. */
const READ = 700;
const ALL = 1500;

let log: ReconciledLog;
beforeEach(async () => {
  log = await ReconciledLog.open();
  await seed();
});
afterEach(() => log[Symbol.asyncDispose]());

/** On either side of the position: a fault and clean exchanges. One exchange lies on both. */
async function seed(): Promise<void> {
  const [gateway, adapter] = [new Party(), new Party()];
  const exchange = (rows?: number): readonly SluiceEvent[] => {
    const permit = gateway.permit();
    return [permit, adapter.release(permit, rows === undefined ? {} : { rows })];
  };
  const fill = (events: SluiceEvent[], size: number) => {
    while (events.length + 2 <= size) events.push(...exchange());
    return events;
  };
  const apart = gateway.permit();
  const before = [...fill([...exchange(11)], READ - 2), gateway.denial(), apart];
  const after = fill([adapter.release(apart), ...exchange(12), gateway.denial()], ALL - READ);
  await log.sequence(before);
  await log.reconcile();
  expect(await log.found()).toEqual(['more-released population']);
  expect(await log.count('open_exchange')).toBe(1);
  await log.sequence(after);
}

/** The same entries at the same places in batches with other ends, as catching up with what was published makes them. */
async function batchAnew(ends: readonly number[]): Promise<void> {
  const { database } = log.ledger;
  const rows = await database.query<{ count: number; entries: Buffer; root: Buffer; sequenced_at: Date }[]>(
    'SELECT count, entries, root, sequenced_at FROM batch WHERE shard = 0 ORDER BY first',
  );
  const unpacked = await Promise.all(rows.map(({ entries, count }) => unpackEntries(entries, count)));
  const [all, last] = [unpacked.flat(), rows.at(-1)];
  expect(all).toHaveLength(ALL);
  await database.query('DELETE FROM batch WHERE shard = 0');
  for (const [at, end] of ends.entries()) {
    const first = ends[at - 1] ?? 0;
    await database.query(
      `INSERT INTO batch (shard, first, count, root, sequenced_at, entries) VALUES (0, $1, $2, $3, $4, $5)`,
      [first, end - first, last?.root, last?.sequenced_at, await packEntries(all.slice(first, end))],
    );
  }
}

async function position(): Promise<number> {
  const [row] = await log.ledger.database.query<{ position: string }[]>(
    'SELECT position FROM reconciled_shard WHERE shard = 0',
  );
  return Number(row?.position);
}

it.each([
  ['that holds the position', [1024, ALL]],
  ['that begins at the position', [300, READ, 1024, ALL]],
  ['that ends one entry after it', [READ + 1, ALL]],
  ['that holds all', [ALL]],
])('goes on in the batch %s, and takes no entry twice', async (_, ends) => {
  await batchAnew(ends);
  const before = await log.alerts();
  await log.reconcile();
  log.ahead = HOUR;
  await log.reconcile();
  expect(await position()).toBe(ALL);
  expect(await log.found()).toEqual(['more-released population', 'more-released population']);
  expect(await log.alerts()).toEqual(expect.arrayContaining([...before]));
  expect(await log.count('open_exchange')).toBe(0);
  expect(log.published).toHaveLength(2);
});

it('does not go on over entries that no batch has', async () => {
  await batchAnew([500, 1024, ALL]);
  await log.ledger.database.query('DELETE FROM batch WHERE shard = 0 AND first = 500');
  await expect(log.reconcile()).rejects.toMatchObject({ code: 'BATCH_DAMAGED' });
  expect(await position()).toBe(READ);
});
