import { createHash } from 'node:crypto';
import { pino } from 'pino';
import { LEDGER_TOPIC, type SluiceEvent } from '#events/contract.js';
import type { eventEntries, entriesPage } from '../src/reading/ledger-answers.schema.js';
import type { z } from 'zod';
import { until } from '../../../test/support/until.js';
import { openLedger } from '../src/open-ledger.js';
import { runningLedger, type RunningLedger } from './a-service.js';
import { anEvent } from './entries.js';
import { ledgerDatabase } from './ledger-database.js';

type Entry = z.output<typeof entriesPage>['entries'][number];

let ledger: RunningLedger;

beforeEach(async () => {
  ledger = await runningLedger();
}, 30_000);
afterEach(() => ledger[Symbol.asyncDispose]());

const publish = (...events: readonly SluiceEvent[]) => ledger.events.publish(LEDGER_TOPIC, events);

/** The whole log, the oldest first, once it has at least so many entries. */
async function published(size: number): Promise<Entry[]> {
  for (;;) {
    const answer = await fetch(`${ledger.url}/v1/entries?limit=200`);
    const { entries } = (await answer.json()) as z.output<typeof entriesPage>;
    if (entries.length >= size) return entries.toReversed();
  }
}

const idsOf = (entries: readonly Entry[]) => entries.map(({ entry }) => entry.id);

it('takes each event once, however often it is published and whoever restarts', async () => {
  const events = Array.from({ length: 20 }, () => anEvent());
  await publish(...events, ...events);
  await published(20);
  await ledger.restart();
  const last = anEvent();
  await publish(...events, last);
  const entries = await published(21);
  expect(idsOf(entries)).toEqual([...events, last].map((event) => event.id));
});

it('goes on past poison, puts one tombstone in its place, and no second when it comes again', async () => {
  const [before, after] = [anEvent(), anEvent()];
  const poison = { ...anEvent(), data: Buffer.from('{"national_id":"990101199001011234"}') };
  await publish(before, poison, after);
  await publish(poison);
  const last = anEvent();
  await publish(last);
  const entries = await published(4);
  expect(entries.map(({ entry }) => entry.type)).toEqual([
    'access.decided.v1',
    'ledger.tombstone.v1',
    'access.decided.v1',
    'access.decided.v1',
  ]);
  const tombstone = entries[1]!.entry;
  expect(tombstone).toMatchObject({ reason: 'SCHEMA', source: 'ledger/0', size: poison.data.length });
  expect(JSON.stringify(tombstone)).not.toContain('990101');
  expect(tombstone.message).toBe(createHash('sha256').update(poison.data).digest('base64url'));
  const metrics = await (await fetch(`${ledger.url}/metrics`)).text();
  expect(metrics).toContain('ledger_tombstones_total{shard="0"} 1');
  expect(ledger.lines.filter((line) => line.msg.startsWith('a message is not the word'))).toHaveLength(2);
});

it('keeps both of two events under one identity, proves both, and raises the alarm', async () => {
  const original = anEvent();
  const forged = anEvent({ id: original.id, consumer: 'forger' });
  await publish(original);
  await publish(forged, original, forged);
  await published(2);
  const answer = await fetch(`${ledger.url}/v1/events/${original.id}`);
  const { entries } = (await answer.json()) as z.output<typeof eventEntries>;
  expect(entries.map(({ entry }) => entry)).toEqual([original, forged].map(({ data }) => Buffer.from(data).toString()));
  const metrics = await (await fetch(`${ledger.url}/metrics`)).text();
  expect(metrics).toContain('ledger_conflicts_total{shard="0"} 1');
  expect(ledger.lines.filter((line) => line.level === 50)).toMatchObject([
    { index: 1, event: original.id, variant: 1 },
  ]);
});

it('publishes before it ends what it had sequenced', async () => {
  const event = anEvent();
  await publish(event);
  await until(() => ledger.lines.some((line) => line.msg === 'sequenced'));
  await ledger.restart();
  expect(idsOf(await published(1))).toEqual([event.id]);
});

it('ends once another ledger runs on its database, and what it is given then is taken by the other', async () => {
  await publish(anEvent());
  await published(1);
  const successor = await openLedger(ledger.config, pino({ level: 'silent' }), { onFinal: () => undefined });
  try {
    await until(() => ledger.finals.length > 0);
    expect(ledger.finals[0]).toMatchObject({ code: 'FENCED' });
  } finally {
    await successor.close();
  }
});

it('refuses to start, and leaves the one that runs alone, where its folder is ahead of its database', async () => {
  await publish(anEvent(), anEvent());
  await published(2);
  const empty = await ledgerDatabase();
  try {
    const config = { ...ledger.config, database: { ...ledger.config.database, url: empty.url } };
    const starting = openLedger(config, pino({ level: 'silent' }), { onFinal: () => undefined });
    await expect(starting).rejects.toMatchObject({ code: 'PUBLISHED_AHEAD' });
  } finally {
    await empty[Symbol.asyncDispose]();
  }
  await publish(anEvent());
  await published(3);
  expect(ledger.finals).toEqual([]);
});
