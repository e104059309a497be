import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditLog } from '#client/audit/audit-log.js';
import { FolderLog } from '#client/audit/folder-log.js';
import { parseVkey } from '#merkle/note-key.js';
import { damages, type Damage } from './damages.js';
import { GoTools, type Verdict } from './go-tools.js';
import { RunningLog, type ServedLog } from './running-log.js';

/** Says each result, and remembers whether one was not as it must be. */
class Report {
  failed = 0;

  expect(what: string, { accepted, said }: Verdict, isExpected: boolean): void {
    const ok = accepted === isExpected;
    if (!ok) this.failed += 1;
    console.log(`${ok ? '✓' : '✗'} ${accepted ? 'accepts' : 'refuses'} ${what}${ok && accepted ? '' : `: ${said}`}`);
  }
}

async function own(folder: string, log: RunningLog): Promise<Verdict> {
  const key = parseVkey(log.vkey);
  const { ok, findings } = await auditLog(new FolderLog(folder), {
    trustIn: (origin) => (origin === key.name ? { log: key } : undefined),
    // What a witness has kept.
    seen: [{ name: 'witness', note: await checkpointOf(log) }],
    ...{ remembered: 100_000, seed: 1 },
  });
  return { accepted: ok, said: findings.map(({ code, path }) => `${code} ${path}`).join(', ') };
}

async function checkpointOf(log: RunningLog): Promise<string> {
  return (await fetch(`${log.url}checkpoint`)).text();
}

async function checkWhole(log: RunningLog, tools: GoTools, report: Report): Promise<void> {
  report.expect('the log in its folder, says fsck', tools.fsck(`file://${log.folder}/`, log.size), true);
  report.expect('the log over HTTP, says fsck', tools.fsck(log.url, log.size), true);
  report.expect('the log in its folder, says x/mod', tools.log(log.folder, log.size), true);
  report.expect('the log in its folder, says Sluice', await own(log.folder, log), true);
  for (const index of [0, 255, 256, log.size - 1]) {
    const { text, proof } = await log.entry(index);
    report.expect(`the proof of entry ${index}, says x/mod`, tools.proof(proof, text), true);
    report.expect(`it for another entry, says x/mod`, tools.proof(proof, `${text} `), false);
  }
}

/** To them the root log is a log like any other. */
function checkRoot({ vkey, folder, url, size }: ServedLog, report: Report): void {
  using tools = new GoTools(vkey);
  report.expect('the root log in its folder, says fsck', tools.fsck(`file://${folder}/`, size), true);
  report.expect('the root log over HTTP, says fsck', tools.fsck(url, size), true);
  report.expect('the root log in its folder, says x/mod', tools.log(folder, size), true);
  report.expect('a shard under the key of the root log, says x/mod', tools.log(join(folder, '..', '0'), size), false);
}

async function checkDamaged(log: RunningLog, damage: Damage, tools: GoTools, report: Report): Promise<void> {
  const copy = mkdtempSync(join(tmpdir(), 'sluice-damaged-'));
  try {
    cpSync(log.folder, copy, { recursive: true });
    damage.apply(copy);
    const { name, isVisibleToAll } = damage;
    if (isVisibleToAll) report.expect(`${name}, says fsck`, tools.fsck(`file://${copy}/`, log.size), false);
    report.expect(`${name}, says x/mod`, tools.log(copy, log.size), false);
    report.expect(`${name}, says Sluice`, await own(copy, log), false);
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** Proves that verifiers which know nothing of Sluice accept a running system's log, and refuse it once it is damaged. */
async function main(): Promise<number> {
  // Before anything that takes longer.
  new GoTools('')[Symbol.dispose]();
  await using log = await RunningLog.start();
  console.log(`A running system made a log of ${log.size} entries.`);
  using tools = new GoTools(log.vkey);
  const report = new Report();
  await checkWhole(log, tools, report);
  checkRoot(log.root, report);
  for (const damage of damages(log.olderCheckpoint)) await checkDamaged(log, damage, tools, report);
  console.log(report.failed === 0 ? 'All as it must be.' : `${report.failed} not as it must be.`);
  return report.failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`sluice: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
