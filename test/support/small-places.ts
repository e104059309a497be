import { cpSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { serverAccount } from '#embedded/server-account.js';
import { smallDisk, type SmallDisk } from './small-disk.js';
import type { System } from './system.js';

/** Room for a database of a service, or for the topics of a few exchanges. */
const MEGABYTES = 40;

/**
 * Moves the database of a service to a file system of its own, and starts the service again. Undefined where this process may
 * not mount one. To be disposed of after the system, which cannot be used without it.
 */
export async function smallDatabase(system: System, service: string): Promise<SmallDisk | undefined> {
  const disk = smallDisk({ megabytes: MEGABYTES, owner: serverAccount() });
  if (disk === undefined) return undefined;
  await system.end(service);
  await system.query('postgres', `CREATE TABLESPACE small LOCATION '${disk.path}'`);
  await system.query('postgres', `ALTER DATABASE "${system.databaseOf(service)}" SET TABLESPACE small`);
  await system.start(service);
  return disk;
}

/** The same for the data of the broker. */
export async function smallBroker(system: System): Promise<SmallDisk | undefined> {
  const disk = smallDisk({ megabytes: MEGABYTES });
  if (disk === undefined) return undefined;
  await system.end('kafka');
  const data = join(system.layout.home.folder, 'kafka', 'data');
  cpSync(data, disk.path, { recursive: true });
  rmSync(data, { recursive: true });
  symlinkSync(disk.path, data);
  await system.start('kafka');
  return disk;
}
