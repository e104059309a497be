import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk extends Disposable {
  readonly path: string;
  /** Nothing more can be written. */
  fill(): void;
  free(): void;
}

export interface SmallDiskOptions {
  /** One if left out. */
  readonly megabytes?: number;
  /** Whose it is; this process's if left out. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
}

/** A file system of its own; undefined where this process may not mount one. */
export function smallDisk({ megabytes = 1, owner }: SmallDiskOptions = {}): SmallDisk | undefined {
  const path = mkdtempSync(join(tmpdir(), 'sluice-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    rmSync(path, { recursive: true });
    return undefined;
  }
  if (owner !== undefined) chownSync(path, owner.uid, owner.gid);
  const filler = join(path, 'filler');
  return {
    path,
    fill: () => {
      try {
        writeFileSync(filler, Buffer.alloc((megabytes + 1) * 1024 * 1024));
      } catch (error) {
        if (!(typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOSPC')) throw error;
      }
    },
    free: () => {
      rmSync(filler);
    },
    [Symbol.dispose]: () => {
      execFileSync('umount', ['-l', path]);
      rmSync(path, { recursive: true });
    },
  };
}
