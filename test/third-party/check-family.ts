import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { auditFamily } from '#client/audit/audit-family.js';
import { FolderFamily } from '#client/audit/folder-log.js';
import { LedgerClient } from '#client/ledger-client.js';
import { parseVkey } from '#merkle/note-key.js';
import { keysOfWitnesses, readWitnessPolicy } from '#merkle/witness-policy.js';
import { builtApps } from '../support/built-services.js';
import { checkServed } from './check-served.js';
import type { GoPrograms } from './go-programs.js';
import { GoTools } from './go-tools.js';
import type { Report } from './report.js';
import { rootOf, type RunningLog } from './running-log.js';

const EXCHANGES = 4;
/** Of each: its decision and its release. */
const ENTRIES = 2 * EXCHANGES;
const CLOSED = 0;
const SUCCESSOR = 1;

/**
 * Closes the log, has its successor take some exchanges, and asks what others say of both and of the root log, which has
 * checkpoints of both then. To be called last: of what was measured before the root log is longer.
 */
export async function checkFamily(log: RunningLog, programs: GoPrograms, report: Report): Promise<void> {
  const { system, asked } = log.system;
  const { environment: env } = system.service('ledger').definition;
  const command = join(builtApps(), 'ledger', 'src', 'close-shard.main.js');
  execFileSync(process.execPath, [command, String(CLOSED)], { env: { ...env }, stdio: 'ignore' });
  const shards = () => new LedgerClient({ ledger: system.ledgerUrl }).shards();
  const untilGrown = (size: number) =>
    system.until(`shard ${SUCCESSOR} has ${size} entries`, async () => {
      const successor = (await shards()).find(({ shard }) => shard === SUCCESSOR);
      return successor !== undefined && successor.size >= size;
    });
  await untilGrown(0);
  for (let sent = 0; sent < EXCHANGES; sent += 1) await system.ask();
  await untilGrown(ENTRIES);
  const root = await rootOf(system, SUCCESSOR);
  const folder = dirname(root.folder);
  const toolsOf = ({ vkey }: { readonly vkey: string }) => new GoTools(programs, vkey, asked);
  for (const { shard, vkey, prefix, size } of await shards()) {
    const one = { folder: join(folder, String(shard)), url: `${system.ledgerUrl}${prefix}`, size };
    checkServed(`shard ${shard} of two`, one, toolsOf({ vkey }), report);
    const other = toolsOf(shard === CLOSED ? root : log);
    report.expect(`shard ${shard} of two under another log's key, says x/mod`, other.log(one.folder, size), false);
  }
  checkServed('the root log of two shards', root, toolsOf(root), report);
  report.expect('the family of two shards, says Sluice', await own(log, folder), true);
}

async function own(log: RunningLog, folder: string) {
  const { system, asked } = log.system;
  const family = await new LedgerClient({ ledger: system.ledgerUrl }).family();
  if (family === undefined) throw new Error('the ledger names no family');
  const policy = readWitnessPolicy(asked);
  const witnessed = { policy, witnesses: keysOfWitnesses(policy), quorum: policy.quorum };
  const audit = await auditFamily(new FolderFamily(folder), {
    ...{ family: parseVkey(family.vkey), witnessedIn: () => witnessed, remembered: 100_000, seed: 1 },
  });
  const said = [...audit.findings, ...audit.logs.flatMap(({ findings }) => findings)];
  return { accepted: audit.ok, said: said.map(({ code, path }) => `${code} ${path}`).join(', ') };
}
