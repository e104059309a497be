import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { auditLog } from '#client/audit/audit-log.js';
import { FolderLog } from '#client/audit/folder-log.js';
import { tilePath } from '#merkle/tile.js';
import { tilesOfSize } from '#merkle/tiles-of-size.js';
import { keysOfWitnesses, readWitnessPolicy } from '#merkle/witness-policy.js';
import { checkCosignatures } from './check-cosignatures.js';
import { checkFamily } from './check-family.js';
import { checkServed } from './check-served.js';
import { checkDepartment, checkForeignWitness } from './check-witnesses.js';
import { damages, type Damage } from './damages.js';
import { GoPrograms } from './go-programs.js';
import { GoTools, type Verdict } from './go-tools.js';
import { Report } from './report.js';
import { RunningLog } from './running-log.js';

async function own(folder: string, log: RunningLog): Promise<Verdict> {
  const { key } = log;
  const policy = readWitnessPolicy(log.system.asked);
  const { ok, findings } = await auditLog(new FolderLog(folder), {
    trustIn: (origin) => (origin === key.name ? { log: key, witnesses: keysOfWitnesses(policy), policy } : undefined),
    // What a witness has kept.
    seen: [{ name: 'witness', note: await log.checkpoint() }],
    ...{ remembered: 100_000, seed: 1 },
  });
  return { accepted: ok, said: findings.map(({ code, path }) => `${code} ${path}`).join(', ') };
}

async function checkWhole(log: RunningLog, tools: GoTools, report: Report): Promise<void> {
  checkServed('the log', log, tools, report);
  report.expect('the log in its folder, says Sluice', await own(log.folder, log), true);
  for (const index of [0, 255, 256, 65_535, 65_536, 255_999, 256_000, log.size - 1]) {
    const { text, proof } = await log.entry(index);
    report.expect(`the proof of entry ${index}, says x/mod`, tools.proof(proof, text), true);
    report.expect(`it for another entry, says x/mod`, tools.proof(proof, `${text} `), false);
  }
}

/** To them the root log is a log like any other. */
function checkRoot(root: RunningLog['root'], tools: GoTools, report: Report): void {
  checkServed('the root log', root, tools, report);
  const { folder, size } = root;
  report.expect('a shard under the key of the root log, says x/mod', tools.log(join(folder, '..', '0'), size), false);
}

/** What its checkpoint asks for. Of older partial tiles the ledger removes some meanwhile. */
function copyLog({ folder, size }: RunningLog, to: string): void {
  for (const path of ['checkpoint', ...[...tilesOfSize(size)].map(tilePath)]) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    copyFileSync(join(folder, path), join(to, path));
  }
}

async function checkDamaged(log: RunningLog, damage: Damage, tools: GoTools, report: Report): Promise<void> {
  const copy = mkdtempSync(join(tmpdir(), 'sluice-damaged-'));
  try {
    copyLog(log, copy);
    damage.apply(copy);
    const { name, isVisibleToAll } = damage;
    if (isVisibleToAll) report.expect(`${name}, says fsck`, tools.fsck(`file://${copy}/`, log.size), false);
    report.expect(`${name}, says x/mod`, tools.log(copy, log.size), false);
    report.expect(`${name}, says Sluice`, await own(copy, log), false);
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/**
 * Proves that programs which know nothing of Sluice accept a running system's log and its witnesses' cosignatures, refuse
 * them once they are damaged, and can take the place of its logs and of its witnesses.
 */
async function main(): Promise<number> {
  // Before anything that takes longer.
  using programs = new GoPrograms();
  await using log = await RunningLog.start(programs);
  console.log(`A running system made a log of ${log.size} entries.`);
  const { asked } = log.system;
  const tools = new GoTools(programs, log.vkey, asked);
  const rootTools = new GoTools(programs, log.root.vkey, asked);
  const report = new Report();
  await checkWhole(log, tools, report);
  checkRoot(log.root, rootTools, report);
  for (const damage of damages(log.olderCheckpoint)) await checkDamaged(log, damage, tools, report);
  await checkCosignatures(log, tools, rootTools, report);
  checkDepartment(log, report);
  // At the end, since the log grows.
  await checkForeignWitness(log, programs, report);
  await checkFamily(log, programs, report);
  return report.conclude();
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`sluice: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
