import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { copyDurably } from '#embedded/copy-durably.js';
import { serverAccount } from '#embedded/server-account.js';
import { smallDisk } from './small-disk.js';
import type { System } from './system.js';

/** A few of PostgreSQL's segments, of 16 MB each. */
const MEGABYTES = 80;

/** Where the WAL of a system's PostgreSQL lies from now on, and can be without room. */
export interface SmallWal extends Disposable {
  /** No further segment can be made: resolves once the server has ended of it. */
  fill(): Promise<void>;
  free(): void;
}

/**
 * Moves the WAL to a file system of its own, and starts PostgreSQL again. Undefined where this process may not mount one.
 * To be disposed of after the system, which cannot be used without it.
 */
export async function smallWal(system: System): Promise<SmallWal | undefined> {
  const owner = serverAccount();
  const disk = smallDisk({ megabytes: MEGABYTES, owner });
  if (disk === undefined) return undefined;
  await system.end('postgres');
  const wal = join(system.layout.home.postgres, 'pg_wal');
  await copyDurably(wal, disk.path, { owner });
  rmSync(wal, { recursive: true });
  symlinkSync(disk.path, wal);
  await system.start('postgres');
  return {
    async fill() {
      const exited = system.exited('postgres');
      disk.fill();
      // More than what is left of the segments that there are.
      const write = `SELECT pg_logical_emit_message(false, 'filler', repeat('x', ${MEGABYTES * 1024 * 1024}))`;
      await expect(system.query('postgres', write)).rejects.toThrow();
      await exited;
    },
    free: () => {
      disk.free();
    },
    [Symbol.dispose]: () => {
      disk[Symbol.dispose]();
    },
  };
}
