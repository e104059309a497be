import type { DataSource } from 'typeorm';
import type { TreeHead } from '#merkle/tree-head.js';
import { unpackEntries } from '../sequencing/packed-entries.js';

/** Consecutive entries, and the tree's head after the last of them. */
export interface SequencedEntries {
  /** Each as it is asked for: rejects with BATCH_DAMAGED. To be read once. */
  readonly batches: Iterable<readonly Uint8Array[]> | AsyncIterable<readonly Uint8Array[]>;
  readonly head: TreeHead;
}

interface BatchRow {
  readonly first: string;
  readonly count: number;
  readonly root: Buffer;
  readonly entries: Buffer;
}

/** Reads what is committed. Plain reads of one snapshot: they take no lock that a writer waits for. */
export class SequencedLogRepository {
  constructor(private readonly database: DataSource) {}

  async head(shard: number): Promise<(TreeHead & { readonly epoch: number }) | undefined> {
    const [row] = await this.database.query<{ size: string; root: Buffer; epoch: string }[]>(
      'SELECT size, root, epoch FROM shard WHERE number = $1',
      [shard],
    );
    return row && { size: Number(row.size), root: row.root, epoch: Number(row.epoch) };
  }

  /** The tree's root when it had this size; undefined where no batch ended there. */
  async rootAt(shard: number, size: number): Promise<Buffer | undefined> {
    const [row] = await this.database.query<{ root: Buffer }[]>(
      `SELECT root FROM (SELECT * FROM batch WHERE shard = $1 AND first < $2 ORDER BY first DESC LIMIT 1) AS last
       WHERE first + count = $2`,
      [shard, size],
    );
    return row?.root;
  }

  /** The batches that begin in [from, from + most): all that followed a size that was a head. Undefined if none did. */
  async after(shard: number, from: number, most: number): Promise<SequencedEntries | undefined> {
    const rows = await this.database.query<BatchRow[]>(
      'SELECT first, count, root, entries FROM batch WHERE shard = $1 AND first >= $2 AND first < $3 ORDER BY first',
      [shard, from, from + most],
    );
    const last = rows.at(-1);
    if (last === undefined) return undefined;
    return { batches: unpackEach(rows), head: { size: Number(last.first) + last.count, root: last.root } };
  }

  /** The entries [from, to), as many of them as there are. */
  async entries(shard: number, from: number, to: number): Promise<Uint8Array[]> {
    const rows = await this.database.query<BatchRow[]>(
      `SELECT first, count, entries FROM batch WHERE shard = $1 AND first < $3
       AND first >= (SELECT coalesce(max(first), 0) FROM batch WHERE shard = $1 AND first <= $2) ORDER BY first`,
      [shard, from, to],
    );
    const parts = await Promise.all(
      rows.map(async (row) => {
        const entries = await unpackEntries(row.entries, row.count);
        const first = Number(row.first);
        return entries.slice(Math.max(0, from - first), Math.max(0, to - first));
      }),
    );
    return parts.flat();
  }
}

async function* unpackEach(rows: readonly BatchRow[]): AsyncGenerator<readonly Uint8Array[]> {
  for (const row of rows) yield await unpackEntries(row.entries, row.count);
}
