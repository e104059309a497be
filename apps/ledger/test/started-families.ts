import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeBundle } from '#merkle/entry-bundle.js';
import { nodeVerify } from '#merkle/node-cryptography.js';
import { openCheckpoint } from '#merkle/open-checkpoint.js';
import { readRootEntry } from '#merkle/root-entry.js';
import { openShardList } from '#merkle/shard-list.js';
import { tilePath } from '#merkle/tile.js';
import { closeShard } from '../src/shards/close-shard.js';
import { FAMILY, aFamily, keep, publishShards, type AFamily } from './a-family.js';
import { aFolder } from './a-log.js';
import { anEvent } from './entries.js';
import { ledgerDatabase, type LedgerDatabase } from './ledger-database.js';

/** An empty database and an empty folder, for each test of a file that imports this. */
export let ledger: LedgerDatabase;
export let folder: Awaited<ReturnType<typeof aFolder>>;
const families: AFamily[] = [];

beforeEach(async () => {
  [ledger, folder] = await Promise.all([ledgerDatabase(), aFolder()]);
});
afterEach(async () => {
  // A successor publishes from the moment on at which it is opened.
  for (const { logs } of families.splice(0)) await Promise.all(logs.all.map(({ publisher }) => publisher.stop()));
  await ledger[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** As a process does that starts. */
export async function start(options: { readonly partitions?: number } = {}, { database } = ledger, catchesUp = false) {
  const family = await aFamily({ database, folder: folder.path }, { ...options, catchesUp });
  families.push(family);
  return family;
}
export const events = (count: number) => Array.from({ length: count }, () => anEvent());

/** As the command does: in the database alone. */
export const close = ({ records }: Pick<AFamily, 'records'>, number: number) => closeShard(number, FAMILY, records);

export async function publish(family: AFamily): Promise<void> {
  await publishShards(family);
  await keep(family);
}

/** What a stranger reads who has the family's key alone. */
export async function shownList() {
  const note = await readFile(join(folder.path, 'log', 'shards'), 'utf8');
  return { note, ...openShardList(note, FAMILY.signer.key, nodeVerify) };
}

/** Every entry of the root log that is shown, as short text: `list 2`, or `0 at 5`. */
export async function shownRoot(): Promise<{ readonly texts: string[]; readonly entries: Uint8Array[] }> {
  const at = join(folder.path, 'log', 'root');
  const { size } = openCheckpoint(await readFile(join(at, 'checkpoint')), { log: FAMILY.root.signer.key }, nodeVerify);
  const bundle = await readFile(join(at, tilePath({ level: 'entries', index: 0, width: size })));
  const entries = [...decodeBundle(bundle)];
  const texts = entries.map((entry) => {
    const read = readRootEntry(entry);
    if (read.kind === 'list') return `list ${read.list.version}`;
    return `${read.checkpoint.origin.slice(FAMILY.origin.length + 1)} at ${read.checkpoint.size}`;
  });
  return { texts, entries };
}
