import { CompactRange } from '#merkle/compact-range.js';
import { encodeBase64 } from '#merkle/base64.js';
import { decodeBundle } from '#merkle/entry-bundle.js';
import { nodeTreeHash } from '#merkle/node-cryptography.js';
import { tilePath } from '#merkle/tile.js';
import { tilesOfSize } from '#merkle/tiles-of-size.js';
import { FileTileStore } from '../../src/publication/file-tile-store.js';
import { aFolder, expectPublished } from '../a-log.js';
import { AWitness } from '../a-witness.js';
import { aBatch, anEvent, candidateOf, poison } from '../entries.js';
import { ledgerDatabase, type LedgerDatabase } from '../ledger-database.js';
import { EventFeed } from './event-feed.js';
import type { FaultKind, FaultSide } from '../../../../test/support/injected-faults.js';
import type { Surroundings } from './ledger-life.js';
import { runWithFault } from './run-with-fault.js';
import { ShownHeads } from './shown-heads.js';
import { everyCall } from './storage-calls.js';

const TEST_MS = 600_000;
const events = Array.from({ length: 290 }, () => anEvent());
/** A bundle becomes full, events come again in a batch of their own and among new ones, and one message is no event. */
const batches = [
  aBatch(events.slice(0, 2)),
  aBatch([...events.slice(1, 256)]),
  aBatch([...events.slice(256, 270), poison('no event')]),
  aBatch(events.slice(256, 270)),
  aBatch([...events.slice(260, 290), events[0]!]),
];
let ledger: LedgerDatabase;

beforeAll(async () => {
  ledger = await ledgerDatabase();
});
afterAll(() => ledger[Symbol.asyncDispose]());

/** New ones, on the database as it was made. */
async function surroundings(folder: string): Promise<Surroundings> {
  const { database } = ledger;
  for (const table of ['batch', 'shard', 'sequenced_event']) await database.query(`DELETE FROM ${table}`);
  const feed = new EventFeed(batches);
  return { database, folder, feed, witness: new AWitness('w/a', 1), shown: new ShownHeads() };
}

/** The entries that readers find, in their order. */
async function publishedEntries(folder: string): Promise<Buffer[]> {
  const store = await FileTileStore.open(folder);
  const entries: Buffer[] = [];
  for (const tile of tilesOfSize(events.length + 1)) {
    if (tile.level !== 'entries') continue;
    const bytes = await store.read(tilePath(tile));
    entries.push(...decodeBundle(bytes ?? Buffer.alloc(0)).map((entry) => Buffer.from(entry)));
  }
  return entries;
}

/** All that was acknowledged is there once, a stranger can verify it, and every head that was ever signed is its past. */
async function expectSound({ folder, shown }: Surroundings): Promise<void> {
  const entries = await publishedEntries(folder);
  const leaves = entries.map((entry) => nodeTreeHash.leaf(entry));
  await expectPublished(
    folder,
    entries.map((entry, at) => ({ ...candidateOf(events[0]!), entry, leaf: leaves[at]! })),
  );
  const texts = entries.map((entry) => entry.toString());
  const expected = new Set(events.map(({ data }) => Buffer.from(data).toString()));
  expect(texts.filter((text) => !expected.has(text)).map((text) => JSON.parse(text) as object)).toMatchObject([
    { type: 'ledger.tombstone.v1' },
  ]);
  expect(new Set(texts).size).toBe(events.length + 1);
  const range = CompactRange.empty(nodeTreeHash);
  const roots = [encodeBase64(range.root())];
  for (const leaf of leaves) {
    range.append(leaf);
    roots.push(encodeBase64(range.root()));
  }
  for (const [size, known] of shown.roots) expect([size, ...known]).toEqual([size, roots[size]]);
}

const covered = new Map<string, number>();

describe.each<[FaultKind, FaultSide]>([
  ['crash', 'before'],
  ['crash', 'after'],
  ['blip', 'before'],
  ['blip', 'after'],
])('a %s %s a storage call did its work', (kind, side) => {
  it(
    'loses nothing, doubles nothing and shows one history, whichever call it is',
    async () => {
      await using clean = await aFolder();
      const { calls } = await runWithFault(await surroundings(clean.path));
      for (const [at, call] of calls.entries()) {
        if (side === 'after' && call.kind === 'reads') continue;
        await using folder = await aFolder();
        const around = await surroundings(folder.path);
        const { struck } = await runWithFault(around, { at, side, kind });
        await expectSound(around);
        const point = `${kind} ${side} ${struck ?? 'nothing'}`;
        covered.set(point, (covered.get(point) ?? 0) + 1);
      }
    },
    TEST_MS,
  );
});

it('has tried every storage call that a ledger makes', () => {
  const list = [...covered].toSorted(([a], [b]) => a.localeCompare(b));
  process.stderr.write(`${list.map(([point, times]) => `  ${point}: ${times}`).join('\n')}\n`);
  const tried = new Set(list.map(([point]) => point.split(' ').slice(0, 3).join(' ')));
  const wanted = everyCall().flatMap(([call, kind]) => {
    const sides = kind === 'writes' ? ['before', 'after'] : ['before'];
    return ['crash', 'blip'].flatMap((fault) => sides.map((side) => `${fault} ${side} ${call}`));
  });
  expect(wanted.filter((point) => !tried.has(point))).toEqual([]);
});
