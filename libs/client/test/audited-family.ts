import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SHARD_LIST_VERSIONS } from '#merkle/log-paths.js';
import { formatCheckpoint } from '#merkle/checkpoint.js';
import { formatListDigest } from '#merkle/root-entry.js';
import { formatShardList, type ListedShard, type ShardList } from '#merkle/shard-list.js';
import { portableNoteSigner, signNote, type NoteSigner } from '#merkle/sign-note.js';
import { logFiles } from '../../merkle/test/log-files.js';
import { checkpointOf, entriesOf, writeLog } from './audited-log.js';

export const FAMILY = 'ledger.test/log';
const signer = (name: string, seed: number) => portableNoteSigner(name, new Uint8Array(32).fill(seed));
export const familySigner = signer(FAMILY, 1);
export const rootSigner = signer(`${FAMILY}/root`, 2);
export const shardSigners: readonly [NoteSigner, NoteSigner] = [signer(`${FAMILY}/0`, 5), signer(`${FAMILY}/1`, 6)];

/** Of the shard that was closed, and of its successor: no event of the one is in the other. */
export const [OLD, NEW] = [entriesOf(7), entriesOf(12).slice(7)] as const;

const [opened, closed] = ['2026-01-01T00:00:00.000Z', '2026-06-01T00:00:00.000Z'];
const [oldSigner, newSigner] = shardSigners;
const old: ListedShard = { number: 0, partition: 0, key: oldSigner.key, at: '0/', opened };
const next: ListedShard = { number: 1, partition: 0, key: newSigner.key, at: '1/', opened: closed };

function listOf(version: number, shards: readonly ListedShard[]): ShardList {
  return { ...{ family: FAMILY, version }, root: { key: rootSigner.key, at: 'root/' }, shards };
}

/** As the family signed them, one after the other. */
export const lists = {
  first: listOf(1, [old]),
  last: listOf(3, [{ ...old, closed: { time: closed, ...logFiles(OLD).head } }, next]),
};

export const signedList = (list: ShardList, by = familySigner) => signNote(formatShardList(list), [by]);
export const digestOf = (list: ShardList, by = familySigner) =>
  Buffer.from(signNote(formatListDigest(list, signedList(list)), [by]));
export const rooted = (entries: readonly Uint8Array[], by: NoteSigner) => Buffer.from(checkpointOf(entries, by));

/** What the root log has, in its order. */
export const ROOT = [
  digestOf(lists.first),
  rooted(OLD.slice(0, 3), oldSigner),
  rooted(OLD, oldSigner),
  digestOf(lists.last),
  rooted([], newSigner),
  rooted(NEW.slice(0, 2), newSigner),
];

export interface FamilyFiles {
  readonly list?: string;
  /** The lists that were shown, by their versions. */
  readonly versions?: ReadonlyMap<number, string>;
  readonly root?: readonly Uint8Array[];
  readonly old?: readonly Uint8Array[];
  readonly next?: readonly Uint8Array[];
}

/** Writes a family of a closed shard and its successor, or one that is changed in some part. */
export function writeFamily(folder: string, files: FamilyFiles = {}): void {
  const write = (at: string, entries: readonly Uint8Array[], by: NoteSigner) => {
    const { head, files: tiles } = logFiles(entries);
    const note = signNote(formatCheckpoint({ origin: by.key.name, ...head }), [by]);
    writeLog(join(folder, at), new Map([...tiles, ['checkpoint', Buffer.from(note)]]));
  };
  write('root', files.root ?? ROOT, rootSigner);
  write('0', files.old ?? OLD, oldSigner);
  write('1', files.next ?? NEW, newSigner);
  rmSync(join(folder, SHARD_LIST_VERSIONS), { recursive: true, force: true });
  mkdirSync(join(folder, SHARD_LIST_VERSIONS));
  const versions = files.versions ?? new Map([lists.first, lists.last].map((one) => [one.version, signedList(one)]));
  for (const [version, note] of versions) writeFileSync(join(folder, SHARD_LIST_VERSIONS, String(version)), note);
  if (files.list !== '') writeFileSync(join(folder, 'shards'), files.list ?? signedList(lists.last));
}
