import { readdirSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { copyDurably, flush } from './copy-durably.js';
import type { PostgresServer } from './postgres-server.js';
import { withClient } from './service-database.js';

/** Folders that a server makes anew, by PostgreSQL's documentation of base backups: their content is left out. */
const EMPTIED = [
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
];
const LEFT_OUT =
  /^(postmaster\.(pid|opts)|backup_label.*|tablespace_map.*|current_logfiles|.*(^|\/)(pgsql_tmp.*|pg_internal\.init.*))$/;
const SEGMENT = /^[0-9A-F]{24}$/;

/**
 * A base backup of a running server: all of its databases as they were at one instant, which lies between the call and its
 * end. By PostgreSQL's low-level API of base backups, since the packaged PostgreSQL comes without pg_basebackup. A server
 * that is started on the copy recovers to that instant. The folder must not be there yet.
 */
export async function backUpCluster({ adminUrl, dataDir }: PostgresServer, folder: string): Promise<void> {
  await withClient(adminUrl, async (client) => {
    // Keeps what is written to the log from now on, however long the copy takes. It goes with the connection.
    await client.query("SELECT pg_create_physical_replication_slot('sluice_backup', true, true)");
    await client.query("SELECT pg_backup_start('sluice', true)");
    await copyDurably(dataDir, folder, { isLeftOut });
    const { label, last } = await endBackup(client);
    await writeFile(join(folder, 'backup_label'), label, { mode: 0o600 });
    await flush(join(folder, 'backup_label'));
    await copyLog(dataDir, folder, firstSegment(label), last);
  });
}

function isLeftOut(path: string): boolean {
  const [top = '', ...rest] = path.split('/');
  return (EMPTIED.includes(top) && rest.length > 0) || LEFT_OUT.test(path);
}

/** Also ends the segment of the log that the backup needs last, so that it is whole. */
async function endBackup(client: Client): Promise<{ readonly label: string; readonly last: string }> {
  const { rows } = await client.query<{ label: string; last: string }>(
    `SELECT labelfile AS label, pg_walfile_name(lsn) AS last FROM pg_backup_stop(wait_for_archive => false)`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('pg_backup_stop gave nothing');
  return row;
}

function firstSegment(label: string): string {
  const name = /^START WAL LOCATION: \S+ \(file ([0-9A-F]{24})\)$/m.exec(label)?.[1];
  if (name === undefined) throw new Error('the backup label names no file of the log');
  return name;
}

/** Names of one timeline sort as the segments follow each other. */
async function copyLog(dataDir: string, folder: string, first: string, last: string): Promise<void> {
  const log = join(folder, 'pg_wal');
  await mkdir(log, { recursive: true, mode: 0o700 });
  const names = readdirSync(join(dataDir, 'pg_wal'));
  const wanted = names.filter(
    (name) => (SEGMENT.test(name) && name >= first && name <= last) || name.endsWith('.history'),
  );
  for (const name of wanted) {
    await copyFile(join(dataDir, 'pg_wal', name), join(log, name));
    await flush(join(log, name));
  }
}
