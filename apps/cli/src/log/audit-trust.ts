import { z } from 'zod';
import type { AuditTrust } from '#client/audit/audit-log.js';
import { logTrustOf, witnessTrustOf, type Trust } from '#client/trust.js';
import { namedWitness, quorum } from '#exchange/witness-set.js';
import { MerkleError } from '#merkle/merkle-error.js';
import { parseVkey, type NoteKey } from '#merkle/note-key.js';
import { keysOfWitnesses, readWitnessPolicy, type WitnessPolicy } from '#merkle/witness-policy.js';
import { CliError } from '../cli-error.js';
import type { Context } from '../context.js';
import { readDocument, readTrustFile } from '../named-file.js';

/** Whom an audit believes. */
export interface NamedTrust {
  /** About a log that is looked at alone. */
  readonly logIn: (origin: string) => AuditTrust | undefined;
  /** Keys of families, by origin. */
  readonly families: ReadonlyMap<string, NoteKey>;
  /** Keys of logs, by origin. */
  readonly logs: ReadonlyMap<string, NoteKey>;
  /** Who must have cosigned the checkpoints of the log of this name. */
  readonly witnessedIn: (origin: string) => Omit<AuditTrust, 'log'>;
  /** Whether a ledger must have a list: somebody could have taken it away. */
  readonly asksForList: boolean;
}

/** What a ledger is given as `WITNESS_POLICY_FILE`, or the same without the addresses of the witnesses. */
const policyFile = z.strictObject({
  quorum,
  witnesses: z.array(namedWitness.extend({ url: z.string().optional() })).max(100),
});

/** From a trust file, or from one key of a log or a family and a policy for its witnesses. Throws CliError. */
export function readAuditTrust(
  context: Context,
  { trust: file, vkey, policy }: Readonly<Partial<Record<'trust' | 'vkey' | 'policy', string | undefined>>>,
): NamedTrust {
  if (vkey !== undefined)
    return trustOfKey(readVkey(vkey), policy === undefined ? undefined : readPolicy(context, policy));
  if (policy !== undefined) {
    throw new CliError('USAGE', {
      en: '--policy goes with --vkey: a trust file names the witnesses by itself',
      zh: '--policy 须与 --vkey 同用：信任文件已列出见证方',
    });
  }
  const trust = readTrustFile(context, file);
  if (trust === undefined) {
    throw new CliError('FILE_UNREADABLE', {
      en: `there is no trust file at ${context.settings.trust}: give --trust FILE or --vkey KEY`,
      zh: `${context.settings.trust} 处没有信任文件：请用 --trust 或 --vkey 指定`,
    });
  }
  return trustOfFile(trust);
}

function trustOfKey(key: NoteKey, policy: WitnessPolicy | undefined): NamedTrust {
  const witnessed = policy === undefined ? {} : { policy, witnesses: keysOfWitnesses(policy) };
  return {
    logIn: (origin) => (origin === key.name ? { log: key, ...witnessed } : undefined),
    ...{ families: new Map([[key.name, key]]), logs: new Map(), witnessedIn: () => witnessed, asksForList: false },
  };
}

function trustOfFile(trust: Trust): NamedTrust {
  const { families, logs } = trust;
  const witnessedIn = (origin: string) => witnessTrustOf(trust, origin);
  return {
    logIn: (origin) => (logs.has(origin) ? { ...logTrustOf(trust, origin), ...witnessedIn(origin) } : undefined),
    ...{ families, logs, witnessedIn, asksForList: families.size > 0 },
  };
}

function readPolicy(context: Context, file: string): WitnessPolicy {
  const text = readDocument(context, file, policyFile);
  try {
    return readWitnessPolicy(text);
  } catch (error) {
    if (!(error instanceof MerkleError)) throw error;
    throw new CliError('USAGE', { en: `${file}: ${error.message}`, zh: `${file}：${error.message}` });
  }
}

function readVkey(vkey: string): NoteKey {
  try {
    return parseVkey(vkey);
  } catch (error) {
    if (!(error instanceof MerkleError)) throw error;
    throw new CliError('USAGE', { en: `--vkey: ${error.message}`, zh: `--vkey：${error.message}` });
  }
}
