import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditLog } from '#client/audit/audit-log.js';
import { FolderLog } from '#client/audit/folder-log.js';
import { writeLog } from './audited-log.js';

export interface AuditRate {
  readonly entries: number;
  /** Entries for a second of processor time: on one core that has nothing else to do. */
  readonly perCore: number;
  /** Entries a second by the clock, on one core of this machine as busy as it is. */
  readonly perSecond: number;
}

const ENTRIES = 300_000;
/** As many ids as `sluice log audit` remembers by default. */
const REMEMBERED = 2_000_000;

/**
 * What `sluice log audit FOLDER` does with a log: every leaf, node, id and signature. The first round is not counted, in
 * which the engine compiles. Rejects if the log is not found whole.
 */
export async function measureAudit(): Promise<AuditRate> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-audit-'));
  try {
    const log = writeLog(folder, ENTRIES);
    const audit = async () => {
      const options = { trustIn: () => ({ log }), remembered: REMEMBERED, seed: 1 };
      const { ok, checkpoint } = await auditLog(new FolderLog(folder), options);
      if (!ok || checkpoint?.size !== ENTRIES) throw new Error('the log is not found whole');
    };
    await audit();
    const [start, before] = [performance.now(), process.cpuUsage()];
    await audit();
    const { user, system } = process.cpuUsage(before);
    return {
      entries: ENTRIES,
      perCore: (ENTRIES / (user + system)) * 1e6,
      perSecond: (ENTRIES / (performance.now() - start)) * 1000,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
