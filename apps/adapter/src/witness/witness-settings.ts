import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError } from '#platform/config/config-error.js';
import { refuseWhatThrows } from '#exchange/refuse-what-throws.js';
import { loadYaml } from '#platform/config/load-yaml.js';
import { readSigningKey } from '#platform/config/read-keys.js';
import { MerkleError } from '#merkle/merkle-error.js';
import { nodeNoteSigner, nodeVerify } from '#merkle/node-cryptography.js';
import { NOTE_ALGORITHM, parseVkey, requireKeyName, type NoteKey } from '#merkle/note-key.js';
import { openCheckpoint } from '#merkle/open-checkpoint.js';
import type { NoteSigner } from '#merkle/sign-note.js';
import type { WitnessedLogs } from '#merkle/witness-decision.js';
import type { WitnessedCheckpoint } from './witness.repository.js';

const time = z.iso.datetime({ offset: true });

/** The file that makes an adapter a witness (YAML or JSON). */
const witnessFile = z.strictObject({
  /** The name of the witness in its cosignatures: a URL without scheme that nobody else uses. */
  name: z
    .string()
    .min(1)
    .max(200)
    .superRefine((name, context) => {
      refuseWhatThrows(context, [], () => {
        requireKeyName(name);
      });
    }),
  /**
   * Ed25519 private keys, by their files from here; each one cosigns, in its time if one is given. While verifiers learn
   * a new one, there are two.
   */
  keys: z
    .array(z.strictObject({ file: z.string().min(1), from: time.optional(), until: time.optional() }))
    .min(1)
    .max(8),
  /** The logs that are watched, each by its origin and its verifier key (C2SP signed-note). */
  logs: z
    .array(
      z.strictObject({ origin: z.string().min(1).max(250), vkey: z.string().max(500) }).superRefine((log, context) => {
        refuseWhatThrows(context, ['vkey'], () => logKey(log));
      }),
    )
    .min(1)
    .max(1000),
  /**
   * A folder of checkpoints of these logs, each in a file as the log signed it: the witness cosigns only what continues them,
   * as if it had cosigned them itself. For a database that comes from a backup, and has forgotten. May be missing.
   */
  seen: z.string().min(1).optional(),
});

export interface WitnessSigner {
  readonly signer: NoteSigner;
  /** Milliseconds since 1970. */
  readonly from: number;
  /** Milliseconds since 1970, not included. */
  readonly until: number;
}

/** A checkpoint that a log signed. */
export interface SeenCheckpoint extends WitnessedCheckpoint {
  readonly origin: string;
}

export interface WitnessSettings {
  readonly name: string;
  readonly signers: readonly WitnessSigner[];
  readonly logs: WitnessedLogs;
  /** What the witness must continue, whatever it has on record. */
  readonly seen: readonly SeenCheckpoint[];
}

/** Throws ConfigError for a file, a key, a log or a checkpoint that cannot be used. */
export function readWitnessSettings(path: string): WitnessSettings {
  const { name, keys, logs, seen } = loadYaml(path, witnessFile);
  const signers = keys.map(({ file, from, until }) => ({
    signer: signerOf(name, resolve(dirname(path), file)),
    from: from === undefined ? -Infinity : Date.parse(from),
    until: until === undefined ? Infinity : Date.parse(until),
  }));
  const known = logsOf(logs);
  const folder = seen === undefined ? undefined : resolve(dirname(path), seen);
  return { name, signers, logs: known, seen: folder !== undefined && existsSync(folder) ? seenIn(folder, known) : [] };
}

function seenIn(folder: string, logs: WitnessedLogs): SeenCheckpoint[] {
  return readdirSync(folder).map((name) => readSeen(join(folder, name), logs));
}

function readSeen(file: string, logs: WitnessedLogs): SeenCheckpoint {
  const note = readFileSync(file, 'utf8');
  for (const log of [...logs.values()].flat()) {
    try {
      const { origin, size, root } = openCheckpoint(note, { log }, nodeVerify);
      return { origin, size, root, note };
    } catch (error) {
      if (!(error instanceof MerkleError)) throw error;
    }
  }
  throw new ConfigError('SCHEMA', `${file} is no checkpoint that a log which is watched has signed`);
}

function signerOf(name: string, file: string): NoteSigner {
  const { key } = readSigningKey(file, 'the key of the witness', 'EdDSA');
  return nodeNoteSigner(name, key, NOTE_ALGORITHM.cosignature);
}

/** A log that changed its key is there twice. */
function logsOf(logs: z.output<typeof witnessFile>['logs']): WitnessedLogs {
  const byOrigin = Map.groupBy(logs, ({ origin }) => origin);
  return new Map([...byOrigin].map(([origin, some]) => [origin, some.map(logKey)] as const));
}

function logKey({ origin, vkey }: { readonly origin: string; readonly vkey: string }): NoteKey {
  try {
    const key = parseVkey(vkey);
    if (key.algorithm === NOTE_ALGORITHM.ed25519) return key;
  } catch (error) {
    if (!(error instanceof MerkleError)) throw error;
  }
  throw new MerkleError('INVALID_KEY', `the vkey of ${origin} is none that a log signs with`);
}
