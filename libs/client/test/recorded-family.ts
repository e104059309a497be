import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlertChanged } from '#events/alert-changed.v1.js';
import type { EventEntry } from '#events/contract.js';
import { contracts } from '#events/contracts.js';
import { encode } from '#events/encode.js';
import type { ReconciliationFound } from '#events/reconciliation-found.v1.js';
import { SHARD_LIST_VERSIONS } from '#merkle/log-paths.js';
import { formatCheckpoint } from '#merkle/checkpoint.js';
import type { ShardList } from '#merkle/shard-list.js';
import { signNote, type NoteSigner } from '#merkle/sign-note.js';
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
  mkdirSync(join(folder, SHARD_LIST_VERSIONS), { recursive: true });
  writeFileSync(join(folder, SHARD_LIST_VERSIONS, String(list.version)), signedList(list));
  writeFileSync(join(folder, 'shards'), signedList(list));
}

function write(folder: string, entries: ShardEntries, signer: NoteSigner): void {
  const { head, files } = logFiles(entries);
  const note = signNote(formatCheckpoint({ origin: signer.key.name, ...head }), [signer]);
  writeLog(folder, new Map([...files, ['checkpoint', Buffer.from(note)]]));
}

/** As an outbox has it. */
export function bytesOf(entry: EventEntry): Uint8Array {
  const contract = contracts.get(entry.type);
  if (contract === undefined) throw new Error(`${entry.type} is no event`);
  return encode(contract, JSON.parse(JSON.stringify(entry)) as EventEntry, { key: entry.id }).data;
}

/** The ledger's alert of something, without a place in its sequence. */
export function anAlert(over: Partial<ReconciliationFound>): ReconciliationFound {
  return {
    ...{ type: 'reconciliation.found.v1', id: '0198f3b2-7c5e-7d11-9a30-2f1c6d7e8faa', source: 'ledger' },
    ...{ time: '2026-11-23T12:15:00.000Z', kind: 'decision-without-release', owner: 'population' },
    ...{ members: [], evidence: [], ...over },
  };
}

/** What became of it. */
export function aChange(over: Partial<AlertChanged> = {}): AlertChanged {
  return {
    ...{ type: 'alert.changed.v1', id: '0198f3b2-7c5e-7d11-9a30-2f1c6d7e8fab', source: 'ledger' },
    ...{ time: '2026-11-23T12:20:00.000Z', alert: anAlert({}).id, action: 'explained', state: 'explained' },
    ...{ reason: 'outage', evidence: [], ...over },
  };
}
