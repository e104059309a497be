import { auditLog } from '#client/audit/audit-log.js';
import { FolderLog } from '#client/audit/folder-log.js';
import { parseVkey } from '#merkle/note-key.js';
import type { AuditRate } from './audit.js';

/** As many ids as `sluice log audit` remembers by default. */
const REMEMBERED = 2_000_000;

/**
 * What `sluice log audit FOLDER` does with a log: every leaf, node, id and signature. Two rounds before are not counted, in
 * which the engine compiles what a long log needs again and again. Rejects if the log is not found whole.
 */
async function rateOfAudit(folder: string, vkey: string, entries: number): Promise<AuditRate> {
  const log = parseVkey(vkey);
  const audit = async () => {
    const options = { trustIn: () => ({ log }), remembered: REMEMBERED, seed: 1 };
    const { ok, checkpoint } = await auditLog(new FolderLog(folder), options);
    if (!ok || checkpoint?.size !== entries) throw new Error('the log is not found whole');
  };
  await audit();
  await audit();
  const [start, before] = [performance.now(), process.cpuUsage()];
  await audit();
  const { user, system } = process.cpuUsage(before);
  return {
    entries,
    perCore: (entries / (user + system)) * 1e6,
    perSecond: (entries / (performance.now() - start)) * 1000,
  };
}

const [folder = '', vkey = '', entries] = process.argv.slice(2);
process.send?.(await rateOfAudit(folder, vkey, Number(entries)));
