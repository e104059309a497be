import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { PgBoss } from 'pg-boss';
import { gatewayKey } from '#events/source-keys.fixture.js';
import { waitUntil } from '#embedded/wait-until.js';
import { createTestDatabase, type TestDatabase } from '../../../../../test/support/postgres.js';
import { packAndProve } from '../event-batch.js';
import { sentEvent as event } from '../sent-event.fixture.js';
import { createBoss, ensureQueues } from './create-boss.js';
import { ensureBatchTable, readBatches, removeBatches, removeLeftovers, sendBatch, toPart } from './stored-batch.js';

const topic = 'batches';
const first = packAndProve([event], gatewayKey);
const second = packAndProve([{ ...event, id: 'second' }], gatewayKey);

describe('a stored batch', () => {
  let database: TestDatabase;
  let boss: PgBoss;
  const ids = async (table: string): Promise<string[]> => {
    const { rows }: { rows: { id: string }[] } = await boss
      .getDb()
      .executeSql(`SELECT id::text AS id FROM ${table} ORDER BY id`);
    return rows.map(({ id }) => id);
  };

  beforeEach(async () => {
    database = await createTestDatabase();
    boss = await createBoss({ kind: 'embedded', url: database.url }, { connections: 3, supervise: false });
    await ensureQueues(boss, topic);
  });
  afterEach(async () => {
    await boss.stop({ graceful: false });
    await database.drop();
  });

  it('arrives as it was sent, under its job’s id, and is gone when it is removed', async () => {
    await sendBatch(boss, topic, first);
    await sendBatch(boss, topic, second);
    const [one = '', two = ''] = await ids('pgboss.job');
    expect(await ids('sluice_events.batch')).toEqual([one, two]);
    const stored = await readBatches(boss.getDb(), [one, two, randomUUID()]);
    expect(stored).toEqual(
      new Map([
        [one, first],
        [two, second],
      ]),
    );
    const { bytes, proof, unpack } = toPart(stored.get(one), null);
    expect({ bytes, proof, messages: unpack() }).toEqual({
      ...{ bytes: first.frame, proof: first.proof },
      messages: [{ event, raw: event.data }],
    });
    await removeBatches(boss.getDb(), [one]);
    expect(await ids('sluice_events.batch')).toEqual([two]);
  });

  it('is not there where its job could not be sent', async () => {
    await expect(sendBatch(boss, 'no-such-queue', first)).rejects.toThrow('no-such-queue');
    expect(await ids('sluice_events.batch')).toEqual([]);
  });

  it('goes where something else has removed its job', async () => {
    await sendBatch(boss, topic, first);
    await sendBatch(boss, topic, second);
    const [one = '', two = ''] = await ids('pgboss.job');
    await boss.deleteJob(topic, one);
    await removeLeftovers(boss.getDb());
    expect(await ids('sluice_events.batch')).toEqual([two]);
  });
});

describe('the table of batches', () => {
  it('is made once by two that miss it at the same time, and then needs no right to make one', async () => {
    const database = await createTestDatabase();
    const boss = await createBoss({ kind: 'embedded', url: database.url }, { connections: 1, supervise: false });
    await boss.stop({ graceful: false });
    const [one, other] = [new pg.Client(database.url), new pg.Client(database.url)];
    await Promise.all([one.connect(), other.connect()]);
    await one.query('BEGIN');
    await one.query('LOCK TABLE pgboss.version IN SHARE ROW EXCLUSIVE MODE');
    const statements: string[] = [];
    const late = ensureBatchTable({
      executeSql: (text, values) => (statements.push(text), other.query(text, values)),
    });
    // In this database: other tests wait for locks on the same server.
    const waiting = `SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
      WHERE NOT granted AND datname = current_database()`;
    const isWaiting = async () => (await one.query(waiting)).rows.length === 1;
    expect(await waitUntil(isWaiting, 30_000)).toBe(true);
    await ensureBatchTable({ executeSql: (text, values) => one.query(text, values) });
    await one.query('COMMIT');
    await late;
    expect(statements).toHaveLength(2);
    await ensureBatchTable({ executeSql: (text, values) => (statements.push(text), other.query(text, values)) });
    expect(statements.slice(2)).toEqual([expect.stringMatching(/^SELECT to_regclass/)]);
    await Promise.all([one.end(), other.end()]);
    await database.drop();
  });
});
