import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accessDecidedV1 } from '#events/access-decided.v1.js';
import { accessFailedV1 } from '#events/access-failed.v1.js';
import { accessReleasedV1 } from '#events/access-released.v1.js';
import { formatCheckpoint } from '#merkle/checkpoint.js';
import type { ShardList } from '#merkle/shard-list.js';
import { signNote, type NoteSigner } from '#merkle/sign-note.js';
import { encode } from '#events/encode.js';
import type { ExchangeEntry } from '#reconcile/pair-records.js';
import { LIST_VERSIONS } from '../src/audit/family-source.js';
import { logFiles } from '../../merkle/test/log-files.js';
import { FAMILY, digestOf, rootSigner, rooted, shardSigners, signedList } from './audited-family.js';
import { writeLog } from './audited-log.js';

type ShardEntries = readonly Uint8Array[];

const opened = '2026-01-01T00:00:00.000Z';
const list: ShardList = {
  ...{ family: FAMILY, version: 2, root: { key: rootSigner.key, at: 'root/' } },
  shards: shardSigners.map(({ key }, number) => ({ number, partition: number, key, at: `${number}/`, opened })),
};

/**
 * Writes a family of two open shards with these entries, of which the root log has a checkpoint after each `every` entries.
 * `unrooted`: so many entries of each came after the last.
 */
export function writeRecords(
  folder: string,
  shards: readonly [ShardEntries, ShardEntries],
  { every = 1000, unrooted = 0 } = {},
): void {
  const root = [digestOf(list)];
  const most = Math.max(...shards.map(({ length }) => length - unrooted));
  const logs = shardSigners.map((signer, at) => ({ signer, entries: shards[at] ?? [], at: String(at) }));
  for (let size = every; size < most + every; size += every) {
    for (const { signer, entries } of logs) {
      const sizeAt = (one: number) => Math.min(one, entries.length - unrooted);
      if (size > every && sizeAt(size) === sizeAt(size - every)) continue;
      root.push(rooted(entries.slice(0, sizeAt(size)), signer));
    }
  }
  write(join(folder, 'root'), root, rootSigner);
  for (const { signer, entries, at } of logs) write(join(folder, at), entries, signer);
  mkdirSync(join(folder, LIST_VERSIONS), { recursive: true });
  writeFileSync(join(folder, LIST_VERSIONS, String(list.version)), signedList(list));
  writeFileSync(join(folder, 'shards'), signedList(list));
}

function write(folder: string, entries: ShardEntries, signer: NoteSigner): void {
  const { head, files } = logFiles(entries);
  const note = signNote(formatCheckpoint({ origin: signer.key.name, ...head }), [signer]);
  writeLog(folder, new Map([...files, ['checkpoint', Buffer.from(note)]]));
}

/** As an outbox has it. */
export function bytesOf(entry: ExchangeEntry): Uint8Array {
  const given = JSON.parse(JSON.stringify(entry)) as ExchangeEntry;
  const envelope = { key: given.id };
  if (given.type === 'access.decided.v1') return encode(accessDecidedV1, given, envelope).data;
  if (given.type === 'access.released.v1') return encode(accessReleasedV1, given, envelope).data;
  return encode(accessFailedV1, given, envelope).data;
}
