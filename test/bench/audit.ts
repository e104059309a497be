import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { formatVkey } from '#merkle/note-key.js';
import { writeLog } from './audited-log.js';

export interface AuditRate {
  readonly entries: number;
  /** Entries for a second of processor time: on one core that has nothing else to do. */
  readonly perCore: number;
  /** Entries a second by the clock, on one core of this machine as busy as it is. */
  readonly perSecond: number;
}

const ENTRIES = 300_000;

/** In a process of its own, as `sluice log audit` is: here the collector would go through what other measures left as well. */
export async function measureAudit(): Promise<AuditRate> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-audit-'));
  try {
    const vkey = formatVkey(writeLog(folder, ENTRIES));
    const script = join(import.meta.dirname, `audit.main${extname(import.meta.filename)}`);
    const child = fork(script, [folder, vkey, String(ENTRIES)]);
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the audit ended with ${String(code)}`);
    });
    const [rate] = (await Promise.race([once(child, 'message'), ended])) as [AuditRate];
    return rate;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
