import { statSync, realpathSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import type { ServerAccount } from './server-account.js';

/**
 * Whether the account can reach `path` through every folder above it and, where it exists, enter it. Judged by mode bits,
 * which suffices for the usual cause: a clone under /root or in a `mktemp -d` folder.
 */
export function isTraversable(path: string, account: ServerAccount | undefined): boolean {
  if (account === undefined) return true;
  let at = nearestExisting(path);
  for (;;) {
    if (!mayEnter(statSync(at), account)) return false;
    const parent = dirname(at);
    if (parent === at) return true;
    at = parent;
  }
}

function mayEnter(stats: Stats, account: ServerAccount): boolean {
  if (stats.uid === account.uid) return (stats.mode & 0o100) !== 0;
  if (stats.gid === account.gid) return (stats.mode & 0o010) !== 0;
  return (stats.mode & 0o001) !== 0;
}

function nearestExisting(path: string): string {
  for (let at = path; ; at = dirname(at)) {
    try {
      return realpathSync(at);
    } catch (error) {
      if (dirname(at) === at) throw error;
    }
  }
}
