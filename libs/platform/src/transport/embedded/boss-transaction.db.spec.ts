import { createTestDatabase, type TestDatabase } from '../../../../../test/support/postgres.js';
import { openLine } from '../../../../../test/support/postgres-line.js';
import { beginTransaction, inTransaction } from './boss-transaction.js';
import { createBoss } from './create-boss.js';

let place: TestDatabase;
beforeEach(async () => {
  place = await createTestDatabase();
});
afterEach(() => place.drop());

/** More than pg-boss opens by itself. */
const HELD = 8;

it('rejects, and is done on another connection, where the server ends in the very moment in which one is handed over', async () => {
  await using line = await openLine(place.url);
  const boss = await createBoss({ kind: 'embedded', url: line.url }, { connections: HELD + 1, supervise: false });
  const done: unknown[] = [];
  const ask = () => inTransaction(boss, async (db) => void done.push(await db.executeSql('SELECT 1 AS one')));
  try {
    const held = await Promise.all(Array.from({ length: HELD }, () => beginTransaction(boss)));
    // For the next one a connection is made.
    line.endWithNextAnswer();
    await expect(ask()).rejects.toThrow();
    await ask();
    expect(done).toHaveLength(1);
    for (const tx of held) await tx.rollback();
  } finally {
    await boss.stop({ graceful: false });
  }
});
