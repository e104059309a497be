import { aFamily } from '../../test/a-family.js';
import { LEDGER_KEY, aFolder, expectPublished } from '../../test/a-log.js';
import { aBatch, anEvent, batchOf, candidateOf, poison, received } from '../../test/entries.js';
import { ledgerDatabase, type LedgerDatabase } from '../../test/ledger-database.js';
import { shardsOf } from '../shards/shard.js';
import type { ShardLogs } from '../shards/shard-log.js';
import type { EvidenceService } from './evidence.service.js';

const shards = shardsOf('ledger.test/log', 2, LEDGER_KEY);
let ledger: LedgerDatabase;
let folder: Awaited<ReturnType<typeof aFolder>>;
let logs: ShardLogs;
let evidence: EvidenceService;
let finals: readonly Error[];

beforeEach(async () => {
  [ledger, folder] = await Promise.all([ledgerDatabase(), aFolder()]);
  ({ logs, evidence, finals } = await start());
});
afterEach(async () => {
  await ledger[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function start() {
  return aFamily({ database: ledger.database, folder: folder.path }, { partitions: 2 });
}

const events = (count: number) => Array.from({ length: count }, () => anEvent());
const sizes = async () => {
  const rows = await ledger.database.query<{ size: string }[]>(
    'SELECT size FROM shard WHERE number < 2 ORDER BY number',
  );
  return rows.map((row) => Number(row.size));
};

it('keeps a log of its own for each partition, each with its checkpoint', async () => {
  const [one, two] = [events(3), events(260)];
  await Promise.all([evidence.take(aBatch(one, 0)), evidence.take(aBatch(two, 1))]);
  for (const { publisher } of logs.all) {
    publisher.start();
    await publisher.stop();
  }
  for (const [shard, list] of [one, two].entries()) {
    await expectPublished(`${folder.path}/log/${shard}`, list.map(candidateOf), { shard: shards[shard]! });
  }
});

it('has an event once although two partitions bring it at the same time, in whatever order', async () => {
  const some = events(500);
  for (let round = 0; round < 10; round += 1) {
    const slice = some.slice(round * 50, round * 50 + 50);
    await Promise.all([evidence.take(aBatch(slice, 0)), evidence.take(aBatch(slice.toReversed(), 1))]);
  }
  const [a = 0, b = 0] = await sizes();
  expect(a + b).toBe(500);
});

it('takes nothing for a partition that it was not told of, and says what to set', async () => {
  await expect(evidence.take(aBatch(events(1), 2))).rejects.toThrow('set LEDGER_SHARDS');
  expect(finals).toEqual([]);
  expect(await sizes()).toEqual([0, 0]);
});

it('rejects by position what is no event, with its reason, each time that it comes', async () => {
  const batch = aBatch([anEvent(), poison('x'), { ...anEvent(), type: 'no.such.type' }]);
  const rejected = [
    { part: 0, index: 1, reason: 'NOT_AN_EVENT' },
    { part: 0, index: 2, reason: 'TYPE_UNKNOWN' },
  ];
  expect(await evidence.take(batch)).toEqual({ rejected });
  expect(await evidence.take(batch)).toEqual({ rejected });
  expect(await sizes()).toEqual([3, 0]);
});

it('rejects as a whole the part that nobody vouches for, and takes those around it', async () => {
  const { parts, ...where } = batchOf([events(700), events(900), events(2)].map((some) => some.map(received)));
  const [one, two, three] = parts;
  const batch = { ...where, parts: [one!, { ...two!, bytes: Buffer.from('changed') }, three!] };
  for (const time of ['first', 'again']) {
    expect([time, await evidence.take(batch)]).toEqual([
      time,
      { rejected: [{ part: 1, reason: 'SIGNATURE_INVALID' }] },
    ]);
  }
  expect(await sizes()).toEqual([703, 0]);
});

describe('a batch that is longer than what is appended at once', () => {
  it('keeps its order, and the positions of what is rejected', async () => {
    const some = events(2500);
    const messages = some.map(received).with(1024, poison('x')).with(2499, poison('y'));
    const parts = [messages.slice(0, 500), messages.slice(500, 2100), messages.slice(2100)];
    const { rejected } = await evidence.take(batchOf(parts));
    expect(rejected).toEqual([
      { part: 1, index: 524, reason: 'NOT_AN_EVENT' },
      { part: 2, index: 399, reason: 'NOT_AN_EVENT' },
    ]);
    const rows = await ledger.database.query<{ event: string; index: string }[]>(
      'SELECT event::text AS event, index FROM sequenced_event ORDER BY index',
    );
    const kept = some.filter((_, index) => index !== 1024 && index !== 2499).map(({ id }) => id);
    expect(rows.map(({ event }) => event).filter((id) => kept.includes(id))).toEqual(kept);
    expect(rows).toHaveLength(2500);
  });

  it('has nothing in the log behind what could not be appended, so that all of it comes again in its order', async () => {
    await ledger.database.query('CREATE SEQUENCE commits');
    await ledger.database.query(`CREATE FUNCTION fail_first() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('commits') = 1 THEN RAISE 'the first commit fails'; END IF; RETURN NEW; END $$`);
    await ledger.database.query(
      'CREATE TRIGGER fail_first BEFORE INSERT ON batch FOR EACH ROW EXECUTE FUNCTION fail_first()',
    );
    const messages = events(3000).map(received);
    const batch = batchOf([messages.slice(0, 1500), messages.slice(1500)]);
    await expect(evidence.take(batch)).rejects.toThrow('the first commit fails');
    expect(await sizes()).toEqual([0, 0]);
    expect(await evidence.take(batch)).toEqual({ rejected: [] });
    expect(await sizes()).toEqual([3000, 0]);
  });
});

it('ends the process, and takes nothing, once another writer has the shard', async () => {
  await start();
  await expect(evidence.take(aBatch(events(1)))).rejects.toMatchObject({ code: 'FENCED' });
  expect(finals).toMatchObject([{ code: 'FENCED' }]);
  expect(await sizes()).toEqual([0, 0]);
});
