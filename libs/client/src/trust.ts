import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { importPublicJwk, publicJwkSchema } from '#exchange/keys.js';
import { departmentId } from '#exchange/names.js';
import { refuseWhatThrows } from '#exchange/refuse-what-throws.js';
import { namedWitness, quorum } from '#exchange/witness-set.js';
import { parseVkey, type NoteKey } from '#merkle/note-key.js';
import type { LogTrust } from '#merkle/open-checkpoint.js';
import {
  faultsOfPolicy,
  keysOfWitnesses,
  readWitnessPolicy,
  type WitnessPolicy,
  type WitnessPolicyText,
} from '#merkle/witness-policy.js';
import type { AuditTrust } from './audit/audit-log.js';
import { ClientError } from './client-error.js';

const keys = z.array(publicJwkSchema);

/** Whom a verifier believes. It is as good as the way that it came: take it from somebody whom you trust already. */
export const trustFile = z.strictObject({
  /**
   * Each shard of the ledger: its origin and its verifier key (C2SP signed-note). `witnessedFrom`: checkpoints of this size
   * and larger must have the quorum, smaller ones are from before there were witnesses; all must if it is left out.
   */
  logs: z.array(z.strictObject({ origin: z.string(), vkey: z.string(), witnessedFrom: z.int().min(0).optional() })),
  /**
   * Families of logs, each by its origin and the key that signs its list of shards: `sluice log audit` finds all logs from
   * there, old ones included.
   */
  families: z.array(z.strictObject({ origin: z.string(), vkey: z.string() })).optional(),
  departments: z.array(z.strictObject({ id: departmentId, keys })),
  /** Who cosigns the logs' checkpoints. Left out, nobody is asked about. */
  witnesses: z.array(namedWitness).optional(),
  /** How many of them must have. */
  quorum: quorum.optional(),
});
export type TrustFile = z.output<typeof trustFile>;

/** The same, with all that `readTrust` would refuse told by its place: for a file that somebody wrote. */
export const usableTrustFile = trustFile.superRefine((file, context) => {
  for (const list of ['logs', 'families'] as const) {
    file[list]?.forEach(({ origin, vkey }, at) => {
      refuseWhatThrows(context, [list, at, 'vkey'], () => logKey(origin, vkey));
    });
  }
  file.departments.forEach((department, at) => {
    department.keys.forEach((jwk, key) => {
      refuseWhatThrows(context, ['departments', at, 'keys', key], () => importPublicJwk(jwk));
    });
  });
  for (const { path, error } of faultsOfPolicy(policyTextOf(file))) {
    context.addIssue({ code: 'custom', path: [...path], message: error.message });
  }
});

export interface Trust {
  /** By origin. */
  readonly logs: ReadonlyMap<string, NoteKey>;
  /** The keys of the families of logs, by origin. */
  readonly families: ReadonlyMap<string, NoteKey>;
  /** What each department's adapter signs with: by department, then by thumbprint. */
  readonly departments: ReadonlyMap<string, ReadonlyMap<string, KeyObject>>;
  /** Absent where the file names none. */
  readonly witnesses: WitnessPolicy | undefined;
  /** By origin: the size from which on checkpoints must have the quorum. */
  readonly witnessedFrom: ReadonlyMap<string, number>;
}

/** A log and whoever must have cosigned its checkpoints, for the functions of `merkle`. Throws where the log is unknown. */
export function logTrustOf({ logs, witnesses }: Trust, origin: string): LogTrust {
  const log = logs.get(origin);
  if (log === undefined) throw new Error(`the trust file has no log ${origin}`);
  return { log, witnesses: witnesses === undefined ? [] : keysOfWitnesses(witnesses) };
}

/** Who must have cosigned the checkpoints of a log, for the functions of `audit`. */
export function witnessTrustOf({ witnesses: policy, witnessedFrom }: Trust, origin: string): Omit<AuditTrust, 'log'> {
  return {
    witnessedFrom: witnessedFrom.get(origin) ?? 0,
    ...(policy === undefined ? {} : { policy, witnesses: keysOfWitnesses(policy) }),
  };
}

/**
 * Makes the keys ready. Throws TRUST_UNREADABLE for a key that is none, or that is another's by its name, and for a quorum
 * that the witnesses cannot meet.
 */
export function readTrust(file: TrustFile): Trust {
  try {
    return {
      logs: new Map(file.logs.map(({ origin, vkey }) => [origin, logKey(origin, vkey)])),
      families: new Map((file.families ?? []).map(({ origin, vkey }) => [origin, logKey(origin, vkey)])),
      departments: new Map(
        file.departments.map((one) => [
          one.id,
          new Map(one.keys.map((jwk) => importPublicJwk(jwk)).map(({ kid, key }) => [kid, key])),
        ]),
      ),
      witnesses: policyOf(file),
      witnessedFrom: new Map(file.logs.map(({ origin, witnessedFrom = 0 }) => [origin, witnessedFrom])),
    };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ClientError('TRUST_UNREADABLE', `the trust file cannot be used: ${reason}`, { cause });
  }
}

function logKey(origin: string, vkey: string): NoteKey {
  const key = parseVkey(vkey);
  if (key.name !== origin) throw new Error(`the key of ${origin} is called ${key.name}`);
  return key;
}

function policyOf(file: TrustFile): WitnessPolicy | undefined {
  const text = policyTextOf(file);
  return text.witnesses.length === 0 && text.quorum === 0 ? undefined : readWitnessPolicy(text);
}

function policyTextOf({ witnesses = [], quorum: needed = 0 }: TrustFile): WitnessPolicyText {
  return { quorum: needed, witnesses };
}
