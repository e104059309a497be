import { MerkleError } from './merkle-error.js';
import { NOTE_ALGORITHM, parseVkey, type NoteKey } from './note-key.js';

/** Which witnesses there are, and how many of them must have cosigned: in the form of files, before it is checked. */
export interface WitnessPolicyText {
  readonly quorum: number;
  readonly witnesses: readonly {
    readonly name: string;
    readonly keys: readonly {
      readonly vkey: string;
      /** RFC 3339: cosignatures of this time and later count. */
      readonly from?: string | undefined;
      /** RFC 3339: cosignatures before this time count. */
      readonly until?: string | undefined;
    }[];
  }[];
}

export interface WitnessKey {
  /** Of algorithm 0x04. */
  readonly key: NoteKey;
  /** Seconds since 1970. */
  readonly from: number;
  /** Seconds since 1970, not included. */
  readonly until: number;
}

/** A party that watches a log. It has several keys while one takes the place of another. */
export interface Witness {
  readonly name: string;
  readonly keys: readonly WitnessKey[];
}

export interface WitnessPolicy {
  /** How many witnesses, each counted once. */
  readonly quorum: number;
  readonly witnesses: readonly Witness[];
}

/** What is wrong with a policy, and where in its text: names of members and numbers from 0. */
export interface PolicyFault {
  readonly path: readonly (string | number)[];
  readonly error: MerkleError;
}

/**
 * Throws INVALID_KEY for a key that is none, is not its witness's by its name, cannot cosign or is there twice: whoever
 * holds one key must not count for two. Throws INVALID_RANGE for a name that is there twice, for a quorum that cannot be
 * met and for a period that has no time in it.
 */
export function readWitnessPolicy(text: WitnessPolicyText): WitnessPolicy {
  const [fault] = faultsOfPolicy(text);
  if (fault !== undefined) throw fault.error;
  const witnesses = text.witnesses.map(({ name, keys }) => ({ name, keys: keys.map((one) => readKey(name, one)) }));
  return { quorum: text.quorum, witnesses };
}

/** All that `readWitnessPolicy` would throw for, for whoever has a file to point at. */
export function faultsOfPolicy({ quorum, witnesses }: WitnessPolicyText): PolicyFault[] {
  const names = witnesses.map(({ name }) => name);
  const faults = names.flatMap((name, at): PolicyFault[] => {
    if (names.indexOf(name) === at) return [];
    return [{ path: ['witnesses', at, 'name'], error: new MerkleError('INVALID_RANGE', `${name} is named twice`) }];
  });
  const { size } = new Set(names);
  if (quorum > size) {
    const error = new MerkleError('INVALID_RANGE', `A quorum of ${quorum} cannot be met by ${size} witnesses`);
    faults.push({ path: ['quorum'], error });
  }
  return [...faults, ...faultsOfKeys(witnesses)];
}

function faultsOfKeys(witnesses: WitnessPolicyText['witnesses']): PolicyFault[] {
  const known = new Set<string>();
  return witnesses.flatMap(({ name, keys }, witness) =>
    keys.flatMap((one, at): PolicyFault[] => {
      try {
        const bytes = readKey(name, one).key.publicKey.join();
        if (known.has(bytes)) throw new MerkleError('INVALID_KEY', 'One key stands twice among the witnesses');
        known.add(bytes);
        return [];
      } catch (error) {
        if (!(error instanceof MerkleError)) throw error;
        return [{ path: ['witnesses', witness, 'keys', at, ...(error.code === 'INVALID_KEY' ? ['vkey'] : [])], error }];
      }
    }),
  );
}

function readKey(name: string, one: WitnessPolicyText['witnesses'][number]['keys'][number]): WitnessKey {
  const key = parseVkey(one.vkey);
  if (key.name !== name) throw new MerkleError('INVALID_KEY', `The key of ${name} is called ${key.name}`);
  if (key.algorithm !== NOTE_ALGORITHM.cosignature) {
    throw new MerkleError('INVALID_KEY', `The key of ${name} is not of algorithm 0x04, and cannot cosign`);
  }
  const [from, until] = [secondsOf(one.from) ?? 0, secondsOf(one.until) ?? Infinity];
  if (from >= until) throw new MerkleError('INVALID_RANGE', `The key of ${name} would never be valid`);
  return { key, from, until };
}

function secondsOf(time: string | undefined): number | undefined {
  if (time === undefined) return undefined;
  const seconds = Date.parse(time) / 1000;
  if (Number.isNaN(seconds)) throw new MerkleError('INVALID_RANGE', `${JSON.stringify(time)} is not a time`);
  return seconds;
}

/** The keys of all witnesses, of whatever time: a wrong signature of any of them refutes a checkpoint. */
export function keysOfWitnesses({ witnesses }: WitnessPolicy): NoteKey[] {
  return witnesses.flatMap(({ keys }) => keys.map(({ key }) => key));
}

/** A cosignature that was verified. `time` in seconds since 1970. */
export interface VerifiedCosignature {
  readonly name: string;
  readonly keyId: string;
  readonly time: number;
}

/** How far the cosignatures of a checkpoint meet a policy. */
export interface QuorumReport {
  readonly needed: number;
  /** Names, in the order of the policy. */
  readonly cosigned: readonly string[];
  readonly missing: readonly string[];
  readonly met: boolean;
}

/** Counts witnesses, not keys, and a key only for the time in which it is valid. */
export function countQuorum(cosignatures: readonly VerifiedCosignature[], policy: WitnessPolicy): QuorumReport {
  const hasCosigned = (witness: Witness): boolean => cosignatures.some((one) => isValid(one, witness));
  const cosigned = policy.witnesses.filter(hasCosigned).map(({ name }) => name);
  const missing = policy.witnesses.map(({ name }) => name).filter((name) => !cosigned.includes(name));
  return { needed: policy.quorum, cosigned, missing, met: cosigned.length >= policy.quorum };
}

/** Whether the cosignature is by a key that the witness had at its time. */
export function isValid({ name, keyId, time }: VerifiedCosignature, witness: Witness): boolean {
  return (
    name === witness.name &&
    witness.keys.some(({ key, from, until }) => key.keyId === keyId && from <= time && time < until)
  );
}
