import { lstatSync, readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { withClient } from '#embedded/service-database.js';

/** Bytes on disk for each entry of a log. */
export interface DiskUse {
  readonly entries: number;
  /** All tables of the ledger, with their indexes. */
  readonly database: number;
  /** Of these, what finds an event and tells that it came before. */
  readonly eventIndex: number;
  /** Files that stay, in whole blocks. */
  readonly tiles: number;
  /** Partial tiles, in whole blocks: of those that a full one replaces nothing is left a minute later. */
  readonly partials: number;
}

/** `url`: the ledger's database. `folder`: all that it publishes. */
export async function measureDisk(url: string, folder: string): Promise<DiskUse> {
  const { size, tables, index } = await tablesOf(url);
  const files = filesUnder(folder);
  const bytes = (isPartial: boolean) =>
    files.filter((file) => file.isPartial === isPartial).reduce((sum, file) => sum + file.bytes, 0);
  return {
    entries: size,
    database: tables / size,
    eventIndex: index / size,
    tiles: bytes(false) / size,
    partials: bytes(true) / size,
  };
}

function tablesOf(url: string): Promise<{ readonly size: number; readonly tables: number; readonly index: number }> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ size: string; tables: string; index: string }>(
      `SELECT (SELECT sum(size) FROM shard WHERE number < 32767) AS size,
        (SELECT sum(pg_total_relation_size(oid)) FROM pg_class
         WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace) AS tables,
        pg_total_relation_size('sequenced_event') AS index`,
    );
    const { size = '0', tables = '0', index = '0' } = rows[0] ?? {};
    return { size: Number(size), tables: Number(tables), index: Number(index) };
  });
}

/** A file system counts blocks of 512 bytes. */
const BLOCK = 512;

function filesUnder(folder: string): readonly { readonly bytes: number; readonly isPartial: boolean }[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesUnder(path);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    return { bytes: (stat?.blocks ?? 0) * BLOCK, isPartial: /\.p(\/|$)/.test(path) };
  });
}

/** None of a folder that the ledger removed meanwhile, as it does with partial tiles. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
