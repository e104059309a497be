import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { sql } from 'kysely';
import type { FileResource } from '../../config/department-resource.js';
import type { SqlTable } from '../sql/build-statement.js';
import { SourceFailure } from '../source-failure.js';
import { fileTable, fileView, pathOf, type FileColumn } from './file-view.js';
import { textOf } from './hardened-duckdb.js';

interface FileEntry {
  readonly resource: FileResource;
  readonly path: string;
  readonly table: SqlTable;
  /** The file that the view was made for. */
  made?: { readonly fingerprint: string; readonly ready: Promise<void> };
}

/**
 * A view a resource, made anew when its file is another. A view fixes which column is where, since finding that out costs
 * more than most queries; so an answer counts only if the file was the same before and after (`fingerprintOf`): columns
 * that changed places in between would come out under each other's names.
 */
export class FileViews {
  readonly tables: readonly SqlTable[];
  readonly paths: readonly string[];
  private readonly entries: ReadonlyMap<string, FileEntry>;

  /** `folder`: where relative paths start. `utcOffset`: of times without a zone. */
  constructor(
    resources: readonly FileResource[],
    folder: string,
    private readonly utcOffset: string,
  ) {
    const entries = resources.map((resource, index): FileEntry => {
      const table = viewTable(resource, `resource_${index}`);
      return { resource, path: resolve(folder, pathOf(resource.from)), table };
    });
    this.tables = entries.map(({ table }) => table);
    this.paths = entries.map(({ path }) => path);
    this.entries = new Map(entries.map((entry) => [entry.resource.id, entry]));
  }

  /** Sees to it that the view fits the file as it is now. Returns the file's fingerprint. */
  async refresh(connection: DuckDBConnection, resource: string): Promise<string> {
    const entry = this.entryOf(resource);
    const fingerprint = await this.fingerprintOf(resource);
    if (entry.made?.fingerprint !== fingerprint) {
      const ready = this.makeView(connection, entry);
      entry.made = { fingerprint, ready };
      // A view that could not be made is made by the next who asks.
      ready.catch(() => {
        if (entry.made?.ready === ready) delete entry.made;
      });
    }
    await entry.made.ready;
    return fingerprint;
  }

  /** Differs after every change of the file, and between files. */
  async fingerprintOf(resource: string): Promise<string> {
    const { path } = this.entryOf(resource);
    const { dev, ino, size, mtimeNs } = await stat(path, { bigint: true }).catch(() => {
      throw new SourceFailure('SOURCE_UNAVAILABLE', `${path} cannot be read`);
    });
    return [dev, ino, size, mtimeNs].join(' ');
  }

  private async makeView(connection: DuckDBConnection, { resource, path, table }: FileEntry): Promise<void> {
    const columns = await describe(connection, resource, path);
    const source = fileTable(resource.from, path, columns);
    const view = fileView(table.from.table, resource, source, columns, minutesAheadOf(this.utcOffset));
    await connection.run(textOf(view));
  }

  private entryOf(resource: string): FileEntry {
    const entry = this.entries.get(resource);
    if (entry === undefined) throw new RangeError(`this source has no resource ${resource}`);
    return entry;
  }
}

/** The view's columns are called as the fields are. */
function viewTable(resource: FileResource, view: string): SqlTable {
  const fields = Object.entries(resource.fields).map(([field, { type, title, operators }]) => {
    return [field, { type, title, operators }] as const;
  });
  return { id: resource.id, key: resource.key, from: { table: view }, fields: Object.fromEntries(fields) };
}

/** Reads the file's first lines or its footer. */
async function describe(connection: DuckDBConnection, { from }: FileResource, path: string): Promise<FileColumn[]> {
  const reader = await connection.runAndReadAll(textOf(sql`select * from ${fileTable(from, path)} limit 0`));
  const types = reader.columnTypes();
  return reader.columnNames().map((name, index) => ({ name, type: String(types[index]) }));
}

function minutesAheadOf(utcOffset: string): number {
  const [hours = 0, minutes = 0] = utcOffset.slice(1).split(':').map(Number);
  return (hours * 60 + minutes) * (utcOffset.startsWith('-') ? -1 : 1);
}
