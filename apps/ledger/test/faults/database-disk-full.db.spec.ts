import { smallTablespace, type SmallTablespace } from '../../../../test/support/small-tablespace.js';
import { FileTileStore } from '../../src/publication/file-tile-store.js';
import { aFolder, expectPublished, open, publishAll, sequencer } from '../a-log.js';
import { candidates } from '../entries.js';
import { ledgerDatabase, type LedgerDatabase } from '../ledger-database.js';

const TEST_MS = 60_000;
const BATCH = 200;
/** More than fit into the pages that a table has already. */
const MOST_BATCHES = 200;

let disk: SmallTablespace | undefined;
let ledger: LedgerDatabase;

beforeAll(async () => {
  disk = await smallTablespace();
  ledger = await ledgerDatabase({ tablespace: disk?.name });
}, TEST_MS);
afterAll(async () => {
  await ledger[Symbol.asyncDispose]();
  await disk?.[Symbol.asyncDispose]();
}, TEST_MS);

/** A real full disk where one may be mounted; else a table that says what a full disk says. */
async function setFull(isFull: boolean): Promise<void> {
  if (disk !== undefined) {
    if (isFull) disk.fill();
    else disk.free();
    return;
  }
  const { database } = ledger;
  await database.query(`CREATE OR REPLACE FUNCTION be_full() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN RAISE EXCEPTION ''could not extend file: No space left on device'' USING ERRCODE = ''53100''; END'`);
  if (isFull) await database.query('CREATE TRIGGER is_full BEFORE INSERT ON batch EXECUTE FUNCTION be_full()');
  else await database.query('DROP TRIGGER is_full ON batch');
}

it(
  'appends nothing by half while the disk of its database is full, and the same events in their places once there is room',
  async () => {
    await using folder = await aFolder();
    const writer = await sequencer(ledger);
    const appended = candidates(BATCH);
    await writer.append(appended);
    await setFull(true);
    let refused: ReturnType<typeof candidates> | undefined;
    for (let batches = 0; refused === undefined && batches < MOST_BATCHES; batches += 1) {
      const next = candidates(BATCH);
      try {
        await writer.append(next);
        appended.push(...next);
      } catch (error) {
        expect(error).toMatchObject({ message: expect.stringContaining('No space left on device') as unknown });
        refused = next;
      }
    }
    expect(refused).toBeDefined();
    await expect(writer.append(refused!)).rejects.toThrow('No space left on device');
    const [row] = await ledger.database.query<{ size: string; entries: string; indexed: string }[]>(
      `SELECT (SELECT size FROM shard) AS size, (SELECT sum(count) FROM batch) AS entries,
         (SELECT count(*) FROM sequenced_event) AS indexed`,
    );
    expect([row?.size, row?.entries, row?.indexed].map(Number)).toEqual(Array(3).fill(appended.length));
    await setFull(false);
    await writer.append(refused!);
    await publishAll(await open(ledger, await FileTileStore.open(folder.path)));
    await expectPublished(folder.path, [...appended, ...refused!]);
  },
  TEST_MS,
);
