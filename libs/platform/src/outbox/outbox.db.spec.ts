import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { SluiceEvent } from '#events/contract.js';
import { leafHash } from '#events/link.js';
import { waitUntil } from '#embedded/wait-until.js';
import { createTestDatabase, templateDatabase, type TestDatabase } from '../../../../test/support/postgres.js';
import { openDatabase } from '../database/open-database.js';
import { OutboxTable1700000000000 } from './outbox-table.migration.js';
import { insertIntoOutbox, OutboxRepository, type EventName } from './outbox.repository.js';
import { Outbox } from './outbox.js';

const migrations = [OutboxTable1700000000000];
let place: TestDatabase;
let database: DataSource;
let rows: OutboxRepository;

beforeAll(async () => {
  const template = await templateDatabase('outbox', async (url) => {
    await (await openDatabase({ url, name: 'template', migrations })).destroy();
  });
  place = await createTestDatabase({ template });
  database = await openDatabase({ url: place.url, name: 'outbox', migrations });
  rows = new OutboxRepository(database);
});
afterAll(async () => {
  await database.destroy();
  await place.drop();
});
beforeEach(() => database.query('TRUNCATE outbox'));

/** A broker and the ledger behind it. `loses` drops what it acknowledged; `refuses` acknowledges nothing. */
function aLedger() {
  const sequenced = new Map<string, SluiceEvent>();
  const copies: SluiceEvent[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const ledger = { loses: false, refuses: false };
  return Object.assign(ledger, {
    copies,
    sequenced,
    publisher: {
      publish: (_topic: string, events: readonly SluiceEvent[]) => {
        if (ledger.refuses) return Promise.reject(new Error('broker down'));
        copies.push(...events);
        if (!ledger.loses) for (const event of events) sequenced.set(event.id, event);
        for (const one of waiting) if (copies.length >= one.count) one.resolve();
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    },
    confirm: (names: readonly EventName[]) =>
      Promise.resolve(names.filter(({ id, leaf }) => leaf === leafOf(sequenced.get(id)))),
    received: (count: number) =>
      new Promise<void>((resolve) => {
        if (copies.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
  });
}

const leafOf = (event: SluiceEvent | undefined) => event && leafHash(event.data);
const anEvent = (): SluiceEvent => ({
  id: randomUUID(),
  type: 'access.decided.v1',
  source: 'gateway',
  time: '2026-01-01T00:00:00.000Z',
  key: 'k',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  data: Buffer.from('{"原":"文"}'),
});

async function store(events: readonly SluiceEvent[]): Promise<void> {
  const insert = insertIntoOutbox('topic', events);
  await database.query(insert.sql, [...insert.parameters]);
}

async function emptied(): Promise<void> {
  for (;;) {
    if ((await rows.backlog()).rows === 0) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const quick = { topic: 'topic', confirmEveryMs: 10, resendAfterMs: 20 };

it('publishes what was committed and forgets it once the ledger has it', async () => {
  const ledger = aLedger();
  const outbox = new Outbox(rows, ledger.publisher, ledger.confirm, quick);
  const events = [anEvent(), anEvent(), anEvent()];
  await store(events);
  outbox.start();
  outbox.committed(events);
  await emptied();
  await outbox.stop();
  expect(new Set(ledger.copies.map((event) => event.id))).toEqual(new Set(events.map((event) => event.id)));
});

it('publishes what a process left behind that died after its commit, to the byte', async () => {
  const ledger = aLedger();
  const event = anEvent();
  await store([event]);
  const next = new Outbox(rows, ledger.publisher, ledger.confirm, quick);
  next.start();
  await emptied();
  await next.stop();
  expect(ledger.copies[0]).toMatchObject(event);
  expect(Buffer.from(ledger.copies[0]!.data)).toEqual(event.data);
});

it.each(['1 day', '-1 day'])(
  'publishes what was left behind although the clock has jumped since, by %s',
  async (jump) => {
    const ledger = aLedger();
    const event = anEvent();
    await store([event]);
    await database.query('UPDATE outbox SET recorded_at = now() - $1::interval', [jump]);
    const next = new Outbox(rows, ledger.publisher, ledger.confirm, quick);
    next.start();
    try {
      expect(await waitUntil(async () => (await rows.backlog()).rows === 0, 3_000)).toBe(true);
    } finally {
      await next.stop();
    }
    expect(ledger.copies).toHaveLength(1);
  },
);

it('keeps the row and publishes again when the broker loses what it took', async () => {
  const ledger = aLedger();
  ledger.loses = true;
  const event = anEvent();
  await store([event]);
  const outbox = new Outbox(rows, ledger.publisher, ledger.confirm, quick);
  outbox.start();
  outbox.committed([event]);
  await ledger.received(2);
  expect((await rows.backlog()).rows).toBe(1);
  ledger.loses = false;
  await emptied();
  await outbox.stop();
});

it('keeps the row while the broker refuses, tells of it, and publishes when it is back', async () => {
  const ledger = aLedger();
  ledger.refuses = true;
  const event = anEvent();
  await store([event]);
  const { promise: refused, resolve } = Promise.withResolvers<unknown>();
  const outbox = new Outbox(rows, ledger.publisher, ledger.confirm, { ...quick, onError: resolve });
  outbox.start();
  outbox.committed([event]);
  await expect(refused).resolves.toMatchObject({ message: 'broker down' });
  ledger.refuses = false;
  await emptied();
  await outbox.stop();
  expect(ledger.copies.length).toBeGreaterThan(0);
});

it('does not take an event of the same name and other bytes for its own', async () => {
  const ledger = aLedger();
  const event = anEvent();
  await store([event]);
  ledger.sequenced.set(event.id, { ...event, data: Buffer.from('{"forged":true}') });
  ledger.loses = true;
  const outbox = new Outbox(rows, ledger.publisher, ledger.confirm, quick);
  outbox.start();
  outbox.committed([event]);
  await ledger.received(2);
  expect((await rows.backlog()).rows).toBe(1);
  ledger.loses = false;
  await emptied();
  await outbox.stop();
  expect(ledger.sequenced.get(event.id)).toMatchObject({ data: event.data });
});

it('keeps a row of other bytes than those that are done, whoever says that they are', async () => {
  const event = anEvent();
  await store([event]);
  const { id, type, data } = event;
  await rows.remove([{ id, type, leaf: leafHash(Buffer.from('other')) }]);
  expect((await rows.backlog()).rows).toBe(1);
  await rows.remove([{ id, type, leaf: leafHash(data) }]);
  expect((await rows.backlog()).rows).toBe(0);
});

it('removes nothing when the ledger cannot say', async () => {
  const ledger = aLedger();
  const event = anEvent();
  await store([event]);
  let asked = 0;
  const { promise: askedTwice, resolve } = Promise.withResolvers<undefined>();
  const silent = () => {
    asked += 1;
    if (asked === 2) resolve(undefined);
    return Promise.reject(new Error('ledger down'));
  };
  const outbox = new Outbox(rows, ledger.publisher, silent, quick);
  outbox.start();
  outbox.committed([event]);
  await askedTwice;
  await outbox.stop();
  expect((await rows.backlog()).rows).toBe(1);
});

it('takes an event that is stored twice as one', async () => {
  const event = anEvent();
  await store([event, anEvent()]);
  await store([event]);
  expect((await rows.backlog()).rows).toBe(2);
});

it('goes through a backlog page by page', async () => {
  const ledger = aLedger();
  const events = Array.from({ length: 2500 }, anEvent);
  await store(events);
  const outbox = new Outbox(rows, ledger.publisher, ledger.confirm, quick);
  outbox.start();
  await emptied();
  await outbox.stop();
  expect(new Set(ledger.copies.map((event) => event.id)).size).toBe(2500);
});
