import { randomBytes } from 'node:crypto';
import { runFormatted, withClient } from '#embedded/service-database.js';
import { serverAccount } from '#embedded/server-account.js';
import type { Client } from 'pg';
import { testServerUrl } from './postgres.js';
import { smallDisk } from './small-disk.js';

/** Room for a database of a service, and some megabytes. */
const MEGABYTES = 40;

/** Where a database of the test server can lie, and be without room. */
export interface SmallTablespace extends AsyncDisposable {
  readonly name: string;
  fill(): void;
  free(): void;
}

/** A tablespace on a file system of its own; undefined where this process may not mount one. */
export async function smallTablespace(): Promise<SmallTablespace | undefined> {
  const disk = smallDisk({ megabytes: MEGABYTES, owner: serverAccount() });
  if (disk === undefined) return undefined;
  const name = `small_${randomBytes(8).toString('hex')}`;
  const run = (statement: string, values: readonly string[]) =>
    withClient(testServerUrl(), (admin: Client) => runFormatted(admin, statement, values));
  await run('create tablespace %I location %L', [name, disk.path]);
  return {
    name,
    fill: () => {
      disk.fill();
    },
    free: () => {
      disk.free();
    },
    [Symbol.asyncDispose]: async () => {
      await run('drop tablespace %I', [name]);
      disk[Symbol.dispose]();
    },
  };
}
