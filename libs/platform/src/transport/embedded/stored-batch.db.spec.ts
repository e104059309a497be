import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { gatewayKey } from '#events/signed-event.fixture.js';
import { createTestDatabase, type TestDatabase } from '../../../../../test/support/postgres.js';
import { createBoss } from './create-boss.js';
import { proveAndPack } from '../event-batch.js';
import { sentEvent as event } from '../sent-event.fixture.js';
import { ensureBatchTable, readBatches, removeBatches, storeBatch, toPart } from './stored-batch.js';

describe('a stored batch', () => {
  let database: TestDatabase;
  let client: pg.Client;
  const db = { executeSql: (text: string, values?: unknown[]) => client.query(text, values) };

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const boss = await createBoss({ kind: 'embedded', url: database.url }, { connections: 1, supervise: false });
    await boss.stop({ graceful: false });
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  it('arrives as it was stored, under its job’s id, and is gone when it is removed', async () => {
    const [one, two] = [randomUUID(), randomUUID()];
    const first = proveAndPack([event], gatewayKey);
    const second = proveAndPack([{ ...event, id: 'second' }], gatewayKey);
    await storeBatch(db, one, first);
    await storeBatch(db, two, second);
    const stored = await readBatches(db, [one, two, randomUUID()]);
    expect([...stored].toSorted()).toEqual([[one, first] as const, [two, second] as const].toSorted());
    const { bytes, proof, unpack } = toPart(stored.get(one), null);
    expect({ bytes, proof, messages: unpack() }).toEqual({
      ...{ bytes: first.frame, proof: first.proof },
      messages: [{ event, raw: event.data }],
    });
    await removeBatches(db, [one]);
    expect([...(await readBatches(db, [one, two])).keys()]).toEqual([two]);
  });

  it('lies in a table that several make at once, and that needs no right to make one once it is there', async () => {
    await client.query('DROP SCHEMA sluice_events CASCADE');
    const others = Array.from({ length: 6 }, () => new pg.Client({ connectionString: database.url }));
    await Promise.all(others.map((one) => one.connect()));
    await Promise.all(others.map((one) => ensureBatchTable({ executeSql: (text, values) => one.query(text, values) })));
    await Promise.all(others.map((one) => one.end()));
    const asked: string[] = [];
    await ensureBatchTable({ executeSql: (text, values) => (asked.push(text), client.query(text, values)) });
    expect(asked).toEqual([expect.stringMatching(/^SELECT to_regclass/)]);
  });
});

it.each<unknown>([null, undefined, 'text', 7, {}, [], { zstd: 'AAAA' }])(
  'is one malformed message, and nobody’s word, where the job is %j and there is none',
  (job) => {
    const raw = Buffer.from(JSON.stringify(job ?? null));
    const part = toPart(undefined, job);
    expect(part).not.toHaveProperty('proof');
    expect(part.bytes).toEqual(raw);
    expect(part.unpack()).toEqual([{ raw, malformed: 'no CloudEvents batch' }]);
  },
);
