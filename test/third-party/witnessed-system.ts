import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { LedgerClient, type AskedWitnesses } from '#client/ledger-client.js';
import { formatVkey } from '#merkle/note-key.js';
import { shardSigner } from '#merkle/shard-signer.js';
import { LEDGER_ORIGIN } from '../../apps/launcher/src/setup/witnesses.js';
import { startSystem, type System } from '../support/system.js';
import { ForeignLog } from './foreign-log.js';
import { ForeignWitness } from './foreign-witness.js';
import type { GoPrograms } from './go-programs.js';

/** Whose witness is given the foreign log. */
const DEPARTMENT = 'transport';

/** A system whose checkpoints are published once all its departments and a foreign witness have cosigned them. */
export interface WitnessedSystem {
  readonly system: System;
  /** As the ledger names them to everybody. */
  readonly asked: AskedWitnesses;
  readonly foreignWitness: ForeignWitness;
  readonly foreignLog: ForeignLog;
  /** Of the witness that knows the foreign log beside the ledger's. */
  readonly department: { readonly url: string; readonly vkey: string };
}

/** What it starts ends with `undo`. */
export async function startWitnessedSystem(programs: GoPrograms, undo: AsyncDisposableStack): Promise<WitnessedSystem> {
  const system = await startSystem({ transport: 'embedded', everyAdapter: true, witnesses: true, witnessedShards: 2 });
  undo.defer(() => system.stop());
  const foreignWitness = undo.use(await ForeignWitness.start(programs, await logsOf(system)));
  const foreignLog = new ForeignLog(programs);
  const { name, url, vkey } = foreignWitness;
  await change(system, 'ledger', 'WITNESS_POLICY_FILE', ({ witnesses = [] }) => ({
    quorum: witnesses.length + 1,
    witnesses: [...witnesses, { name, url, keys: [{ vkey }] }],
  }));
  const adapter = `adapter-${DEPARTMENT}`;
  await change(system, adapter, 'WITNESS_FILE', ({ logs = [], ...rest }) => ({
    ...rest,
    logs: [...logs, { origin: foreignLog.origin, vkey: foreignLog.vkey }],
  }));
  const asked = await new LedgerClient({ ledger: system.ledgerUrl }).witnesses();
  const own = asked.witnesses.find((one) => one.name.endsWith(`/${DEPARTMENT}`))?.keys[0];
  if (own === undefined) throw new Error(`the ledger names no witness of ${DEPARTMENT}`);
  const department = { url: `${system.service(adapter).definition.url}/witness`, vkey: own.vkey };
  return { system, asked, foreignWitness, foreignLog, department };
}

/** The verifier keys of the shards, of the one that will follow, and of the root log. */
async function logsOf(system: System): Promise<readonly string[]> {
  const one = z.object({ vkey: z.string() });
  const answer = await fetch(`${system.ledgerUrl}/v1/shards`);
  const { shards, root } = z.object({ shards: z.array(one), root: one }).parse(await answer.json());
  const successor = shardSigner(`${LEDGER_ORIGIN}/${shards.length}`, system.layout.keys.ledger.key.key);
  return [...[...shards, root].map(({ vkey }) => vkey), formatVkey(successor.key)];
}

interface WitnessSetting {
  readonly witnesses?: readonly object[];
  readonly logs?: readonly object[];
}

/** Of the file that a variable of a service names. The service is started anew with it. */
async function change(
  system: System,
  service: string,
  variable: 'WITNESS_FILE' | 'WITNESS_POLICY_FILE',
  to: (setting: WitnessSetting) => WitnessSetting,
): Promise<void> {
  const file = system.service(service).definition.environment[variable];
  if (file === undefined) throw new Error(`${service} has no ${variable}`);
  writeFileSync(file, JSON.stringify(to(JSON.parse(readFileSync(file, 'utf8')) as WitnessSetting)));
  await system.end(service);
  await system.start(service);
}
