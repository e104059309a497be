import { createTestDatabase, type TestDatabase } from '../../../../../test/support/postgres.js';
import { openLine } from '../../../../../test/support/postgres-line.js';
import { beginTransaction, inTransaction, type Transaction } from './boss-transaction.js';
import { createBoss } from './create-boss.js';

let place: TestDatabase;
beforeEach(async () => {
  place = await createTestDatabase();
});
afterEach(() => place.drop());

/** More than pg-boss opens by itself. */
const MOST = 20;

it('rejects, and is done on another connection, where the server ends in the very moment in which one is handed over', async () => {
  await using line = await openLine(place.url);
  const boss = await createBoss({ kind: 'embedded', url: line.url }, { connections: MOST, supervise: false });
  const held: Transaction[] = [];
  const done: unknown[] = [];
  const ask = () => inTransaction(boss, async (db) => void done.push(await db.executeSql('SELECT 1 AS one')));
  /** Those that pg-boss has made stay in a transaction, so that one must be made for the next. */
  const holdAll = async () => {
    while (held.length < MOST) {
      line.endNextConnection();
      held.push(await beginTransaction(boss));
    }
  };
  try {
    await expect(holdAll()).rejects.toThrow();
    await ask();
    expect(done).toHaveLength(1);
  } finally {
    // Stopping waits for them.
    for (const tx of held) await tx.rollback();
    await boss.stop({ graceful: false });
  }
});
