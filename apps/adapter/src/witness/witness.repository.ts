import type { DataSource } from 'typeorm';
import { EMPTY_ROOT } from '#merkle/tree-hash.js';
import type { TreeHead } from '#merkle/tree-head.js';

/** A head of a log, as a signed note. */
export interface WitnessedCheckpoint extends TreeHead {
  readonly note: string;
}

interface Row {
  readonly size: string;
  readonly root: Buffer;
  readonly note: string;
}

export class WitnessRepository {
  constructor(private readonly database: DataSource) {}

  /** What was cosigned last of a log. */
  async last(origin: string): Promise<WitnessedCheckpoint | undefined> {
    const [row] = await this.database.query<Row[]>(
      'SELECT size, root, note FROM witnessed_checkpoint WHERE origin = $1',
      [origin],
    );
    return row && { ...row, size: Number(row.size) };
  }

  /**
   * Puts a checkpoint in the place of the one that it was checked against, or of none; durable when it resolves. False, and
   * nothing is changed, where another has that place by now: of any number of requests one gets it.
   */
  async advance(
    origin: string,
    seen: TreeHead | undefined,
    { size, root, note }: WitnessedCheckpoint,
    at: Date,
  ): Promise<boolean> {
    const { size: old, root: oldRoot } = seen ?? { size: 0, root: EMPTY_ROOT };
    // One statement. PostgreSQL locks the row that is in the way and looks at it again before it compares.
    const rows = await this.database.query<unknown[]>(
      `INSERT INTO witnessed_checkpoint AS last (origin, size, root, note, at)
       SELECT $1, $2::bigint, $3::bytea, $4, $5::timestamptz
       WHERE $6::bigint = 0 OR EXISTS (SELECT FROM witnessed_checkpoint WHERE origin = $1)
       ON CONFLICT (origin) DO UPDATE
       SET size = excluded.size, root = excluded.root, note = excluded.note, at = excluded.at
       WHERE last.size = $6 AND last.root = $7::bytea
       RETURNING size`,
      [origin, size, Buffer.from(root), note, at, old, Buffer.from(oldRoot)],
    );
    return rows.length === 1;
  }

  /** Keeps two heads of one size that a log signed. Whether they are new to us. */
  async keepFork(origin: string, cosigned: string, shown: WitnessedCheckpoint, at: Date): Promise<boolean> {
    const rows = await this.database.query<unknown[]>(
      `INSERT INTO witnessed_fork (origin, size, root, at, cosigned, shown) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT DO NOTHING RETURNING size`,
      [origin, shown.size, Buffer.from(shown.root), at, cosigned, shown.note],
    );
    return rows.length === 1;
  }
}
