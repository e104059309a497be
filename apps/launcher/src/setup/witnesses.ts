import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatVkey, NOTE_ALGORITHM } from '#merkle/note-key.js';
import { nodeNoteSigner } from '#merkle/node-cryptography.js';
import { shardSigner } from '#merkle/shard-signer.js';
import type { Keys } from './keys.js';
import { departmentIds, type DepartmentId } from './plan.js';

/** The name of the ledger's family of logs. Its shards are `<this>/0` and so on. */
export const LEDGER_ORIGIN = 'sluice.localhost/evidence';

/** The folder beside the files of the witnesses in which a restore leaves what they must continue. */
export const SEEN = 'seen';
export const POLICY = 'policy.json';

/** Of the four departments, so many must have cosigned a checkpoint before it is published: one may be away. */
const QUORUM = 3;

export interface WitnessPlan {
  /** Whose logs are witnessed. */
  readonly keys: Keys;
  readonly shards: number;
  /** Where each adapter is, as the ledger reaches it. */
  readonly adapters: Readonly<Record<DepartmentId, string>>;
}

/** What makes an adapter a witness of every shard and the root log, as WITNESS_FILE. `keyFile`: where it finds its key, from that file. */
export function witnessFile(
  { keys, shards }: Pick<WitnessPlan, 'keys' | 'shards'>,
  id: DepartmentId,
  keyFile: string,
): string {
  const logs = [...Array.from({ length: shards }, (_, number) => String(number)), 'root'].map((name) =>
    shardSigner(`${LEDGER_ORIGIN}/${name}`, keys.ledger.key.key),
  );
  return toText({
    name: nameOf(id),
    keys: [{ file: keyFile }],
    logs: logs.map(({ key }) => ({ origin: key.name, vkey: formatVkey(key) })),
    seen: SEEN,
  });
}

/** Whom the ledger asks, as WITNESS_POLICY_FILE. */
export function witnessPolicy({ keys, adapters }: Pick<WitnessPlan, 'keys' | 'adapters'>): string {
  return toText({
    quorum: QUORUM,
    witnesses: departmentIds.map((id) => ({
      name: nameOf(id),
      url: `${adapters[id]}/witness`,
      keys: [{ vkey: witnessVkey(keys, id) }],
    })),
  });
}

export interface WitnessFiles {
  readonly policy: string;
  readonly adapters: Readonly<Record<DepartmentId, string>>;
}

/** Writes both kinds into a folder, for services on this machine. */
export function writeWitnessFiles(folder: string, plan: WitnessPlan): WitnessFiles {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const files = departmentIds.map((id) => [
    id,
    write(`${id}.json`, witnessFile(plan, id, plan.keys.witnesses[id].file)),
  ]);
  return {
    policy: write(POLICY, witnessPolicy(plan)),
    adapters: Object.fromEntries(files) as Record<DepartmentId, string>,
  };
}

function nameOf(id: DepartmentId): string {
  return `sluice.localhost/witness/${id}`;
}

function witnessVkey({ witnesses }: Keys, id: DepartmentId): string {
  return formatVkey(nodeNoteSigner(nameOf(id), witnesses[id].key.key, NOTE_ALGORITHM.cosignature).key);
}

function toText(content: unknown): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}
