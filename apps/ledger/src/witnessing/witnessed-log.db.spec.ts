import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeBundle } from '#merkle/entry-bundle.js';
import { nodeVerify } from '#merkle/node-cryptography.js';
import { openCheckpoint } from '#merkle/open-checkpoint.js';
import { aFolder, aShard, expectPublished, open, sequencer } from '../../test/a-log.js';
import { AWitness } from '../../test/a-witness.js';
import { candidates } from '../../test/entries.js';
import { ledgerDatabase, type LedgerDatabase } from '../../test/ledger-database.js';
import { FileTileStore } from '../publication/file-tile-store.js';
import { Publisher } from '../publication/publisher.js';
import { SequencedLogRepository } from '../publication/sequenced-log.repository.js';
import type { Candidate } from '../sequencing/candidate.js';
import type { ShardSequencer } from '../sequencing/shard-sequencer.js';
import { LogCosigner } from './log-cosigner.js';
import type { WitnessAnswer } from './witness-client.js';
import { WitnessLine } from './witness-line.js';

let ledger: LedgerDatabase;
let folder: Awaited<ReturnType<typeof aFolder>>;
let writer: ShardSequencer;
let witnesses: AWitness[];
const all: Candidate[] = [];
const finals: unknown[] = [];
const errors: unknown[] = [];
const away = (): WitnessAnswer => ({ kind: 'failed', reason: 'away' });

beforeEach(async () => {
  [ledger, folder] = await Promise.all([ledgerDatabase(), aFolder()]);
  writer = await sequencer(ledger);
  witnesses = ['w/a', 'w/b', 'w/c'].map((name, at) => new AWitness(name, at + 1));
  for (const list of [all, finals, errors]) list.length = 0;
});
afterEach(async () => {
  await ledger[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** As a process does that starts; two of three must agree. */
async function start(quorum = 2) {
  const sequenced = new SequencedLogRepository(ledger.database);
  const log = {
    key: aShard().signer.key,
    size: async () => (await sequenced.head(0))?.size ?? 0,
    rootAt: (size: number) => sequenced.rootAt(0, size),
  };
  const lines = witnesses.map((one) => new WitnessLine(one.witness, one, log));
  const cosigner = new LogCosigner({ lines, quorum, graceMs: 1 });
  return open(ledger, await FileTileStore.open(folder.path), aShard(), cosigner);
}

function publisherOf({ log, sequenced }: Awaited<ReturnType<typeof start>>): Publisher {
  const options = { shard: 0, epoch: writer.epoch, log, sequenced, pauseMs: 1, idleMs: 1 };
  const publisher = new Publisher({ ...options, onError: (e) => errors.push(e), onFinal: (e) => finals.push(e) });
  publisher.start();
  return publisher;
}

async function append(count: number): Promise<void> {
  const batch = candidates(count);
  await writer.append(batch);
  all.push(...batch);
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

/** What readers are shown: its size, and who cosigned it. */
async function shown() {
  const note = await readFile(join(folder.path, 'checkpoint'));
  const trust = { log: aShard().signer.key, witnesses: witnesses.map(({ signer }) => signer.key) };
  const { size, cosignatures } = openCheckpoint(note, trust, nodeVerify);
  return { size, names: cosignatures.map(({ name }) => name).toSorted() };
}

it('shows each head with the cosignatures of all who are there', async () => {
  const opened = await start(3);
  const publisher = publisherOf(opened);
  for (const count of [3, 300, 1]) {
    await append(count);
    publisher.wake(all.length);
    await until(() => opened.log.head.size === all.length);
    expect(await shown()).toEqual({ size: all.length, names: ['w/a', 'w/b', 'w/c'] });
  }
  await publisher.stop();
  await expectPublished(folder.path, all);
  expect(errors).toEqual([]);
});

it.each<[string, WitnessAnswer]>([
  ['that it has cosigned more than there will ever be', { kind: 'other-size', size: Number.MAX_SAFE_INTEGER }],
  ['that nothing continues what it has cosigned', { kind: 'refuted' }],
])('starts, and publishes what the others cosign, whatever one of them says: %s', async (_, answer) => {
  await append(3);
  const first = publisherOf(await start());
  await until(() => witnesses.every(({ seen }) => seen?.size === 3));
  await first.stop();
  const liar = witnesses[0]!;
  [liar.mood, liar.pretence] = [() => answer, () => ({ kind: 'failed', reason: 'answered 404' })];
  const opened = await start();
  const publisher = publisherOf(opened);
  for (const count of [300, 1]) {
    await append(count);
    publisher.wake(all.length);
    await until(() => opened.log.head.size === all.length);
    expect(await shown()).toEqual({ size: all.length, names: ['w/b', 'w/c'] });
  }
  await publisher.stop();
  await expectPublished(folder.path, all);
  expect([finals, errors]).toEqual([[], []]);
});

it('sequences on while too few are there, shows nothing new, and shows all of it when they are back', async () => {
  const opened = await start();
  const publisher = publisherOf(opened);
  await append(5);
  await until(() => opened.log.head.size === 5);
  for (const one of witnesses.slice(1)) one.mood = away;
  await append(200);
  await until(() => errors.length > 0);
  await append(200);
  expect(errors[0]).toMatchObject({
    code: 'QUORUM_MISSING',
    message: expect.stringContaining('w/b (away), w/c') as string,
  });
  expect(publisher.lag().entries).toBeGreaterThanOrEqual(200);
  expect((await shown()).size).toBe(5);
  // Readers see nothing of what waits.
  expect(opened.log.head.size).toBe(5);
  await expect(opened.log.readTile({ level: 0, index: 0, width: 6 })).rejects.toMatchObject({ code: 'TILE_MISSING' });
  for (const one of witnesses) one.mood = () => undefined;
  await until(() => opened.log.head.size === 405);
  await publisher.stop();
  await expectPublished(folder.path, all);
  expect(finals).toEqual([]);
});

it('waits after a restart for what was signed and not shown, and signs nothing else of that size', async () => {
  const first = await start();
  await append(10);
  for (const one of witnesses) one.mood = away;
  await expect(first.log.extend((await first.sequenced.after(0, 0, 100))!)).rejects.toMatchObject({
    code: 'QUORUM_MISSING',
  });
  await append(300);
  const second = await start();
  expect([second.log.head.size, second.log.isPending, (await shown()).size]).toEqual([0, true, 0]);
  for (const one of witnesses) one.mood = () => undefined;
  const publisher = publisherOf(second);
  await until(() => second.log.head.size === 310);
  await publisher.stop();
  await expectPublished(folder.path, all);
});

it('gives readers the tiles of what they are shown, though larger ones were signed', async () => {
  const first = await start();
  const publisher = publisherOf(first);
  await append(200);
  await until(() => first.log.head.size === 200);
  await publisher.stop();
  for (const one of witnesses) one.mood = away;
  await append(100);
  await expect(first.log.extend((await first.sequenced.after(0, 200, 100))!)).rejects.toMatchObject({
    code: 'QUORUM_MISSING',
  });
  await expectPublished(folder.path, all.slice(0, 200));
  const { log } = await start();
  await expectPublished(folder.path, all.slice(0, 200));
  expect(await log.readTile({ level: 0, index: 0, width: 200 })).toHaveLength(200 * 32);
  expect(decodeBundle(await log.readTile({ level: 'entries', index: 0, width: 200 }))).toHaveLength(200);
});

it('adds to what it shows the cosignature of one that comes late, and keeps them over a restart', async () => {
  witnesses[2]!.mood = away;
  const opened = await start();
  const publisher = publisherOf(opened);
  await append(5);
  await until(() => opened.log.head.size === 5);
  expect((await shown()).names).toEqual(['w/a', 'w/b']);
  witnesses[2]!.mood = () => undefined;
  await until(() => opened.log.head.note.split('\n').length === 9);
  await publisher.stop();
  expect(await shown()).toEqual({ size: 5, names: ['w/a', 'w/b', 'w/c'] });
  const counts = witnesses.map(({ asked }) => asked.length);
  await start();
  expect((await shown()).names).toHaveLength(3);
  expect(witnesses.map(({ asked }) => asked.length)).toEqual(counts);
});

it('gets the cosignatures of a log that was published before there were witnesses', async () => {
  await append(7);
  const { log, sequenced } = await open(ledger, await FileTileStore.open(folder.path));
  await log.extend((await sequenced.after(0, 0, 100))!);
  expect(await shown()).toEqual({ size: 7, names: [] });
  const publisher = publisherOf(await start());
  await until(() => witnesses.every(({ seen }) => seen?.size === 7));
  await publisher.stop();
  expect((await shown()).names.length).toBeGreaterThanOrEqual(2);
});

it('refuses to start where a witness has seen more than the database has, or another history', async () => {
  const publisher = publisherOf(await start());
  await append(20);
  await until(() => witnesses.every(({ seen }) => seen?.size === 20));
  await publisher.stop();
  // Everything is gone but what the departments remember.
  await ledger[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
  [ledger, folder] = await Promise.all([ledgerDatabase(), aFolder()]);
  writer = await sequencer(ledger);
  await expect(start()).rejects.toMatchObject({ code: 'WITNESS_AHEAD' });
  // It grew again, past what they know: they were away at the start.
  for (const one of witnesses) one.mood = away;
  const opened = await start();
  await append(30);
  for (const one of witnesses) one.mood = () => undefined;
  const regrown = publisherOf(opened);
  await until(() => finals.length > 0);
  expect(finals).toMatchObject([{ code: 'WITNESS_DISAGREES' }]);
  await regrown.stop();
  expect((await shown()).size).toBe(0);
});
