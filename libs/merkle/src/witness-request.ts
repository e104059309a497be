import { decodeBase64, encodeBase64 } from './base64.js';
import { parseExtendedCheckpoint, type Checkpoint } from './checkpoint.js';
import { asPartOf, MerkleError } from './merkle-error.js';
import { parseNote } from './signed-note.js';
import { requireHash } from './tree-hash.js';
import { parseDecimal, requireSize } from './tree-head.js';

/** As many lines as c2sp.org/tlog-witness allows: a tree has no more levels. */
const MAX_PROOF_LINES = 63;

/** What a log asks of a witness: `POST <submission prefix>/add-checkpoint` of c2sp.org/tlog-witness. */
export interface WitnessRequest {
  /** The size of the checkpoint that the witness cosigned last. */
  readonly old: number;
  /** The consistency proof from that size to the checkpoint's. */
  readonly proof: readonly Uint8Array[];
  /** The signed note. */
  readonly note: string;
}

/** As read: nothing in it is verified. */
export interface ReadWitnessRequest extends WitnessRequest {
  readonly checkpoint: Checkpoint;
}

/** The body of the request. Throws INVALID_RANGE, INVALID_HASH, INVALID_NOTE or INVALID_REQUEST for what cannot stand there. */
export function formatWitnessRequest({ old, proof, note }: WitnessRequest): string {
  requireSize(old, 'size');
  proof.forEach(requireHash);
  if (proof.length > MAX_PROOF_LINES) throw malformed('more hashes than a tree has levels');
  parseNote(note);
  return `${[`old ${old}`, ...proof.map(encodeBase64)].join('\n')}\n\n${note}`;
}

/** Reads the body of a request and verifies nothing. Throws INVALID_REQUEST. */
export function parseWitnessRequest(body: Uint8Array): ReadWitnessRequest {
  const text = decodeUtf8(body);
  const split = text.indexOf('\n\n');
  if (split < 0) throw malformed('no checkpoint');
  const [first = '', ...lines] = text.slice(0, split).split('\n');
  const old = first.startsWith('old ') ? parseDecimal(first.slice(4)) : undefined;
  if (old === undefined) throw malformed('no proper old size');
  if (lines.length > MAX_PROOF_LINES) throw malformed('more hashes than a tree has levels');
  return asPartOf('INVALID_REQUEST', 'Malformed request', () => {
    const proof = lines.map(decodeBase64);
    proof.forEach(requireHash);
    const note = text.slice(split + 2);
    return { old, proof, note, checkpoint: parseExtendedCheckpoint(parseNote(note).text) };
  });
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed('not UTF-8');
  }
}

function malformed(reason: string): MerkleError {
  return new MerkleError('INVALID_REQUEST', `Malformed request: ${reason}`);
}
