import { decodeBase64, encodeBase64 } from './base64.js';
import { portableVerify, type VerifyMessage } from './ed25519.js';
import { verifyInclusion } from './inclusion-proof.js';
import { asPartOf, MerkleError } from './merkle-error.js';
import { openCheckpoint, type LogTrust, type OpenedCheckpoint } from './open-checkpoint.js';
import { parseNote } from './signed-note.js';
import { portableTreeHash, requireHash, type TreeHash } from './tree-hash.js';
import { parseDecimal, requireSize } from './tree-head.js';

const HEADER = 'c2sp.org/tlog-proof@v1';
const MAX_HASHES = 63;

/** A proof that can be verified without asking anyone, as read: nothing in it is verified. */
export interface TlogProof {
  /** Of the entry in the log. */
  readonly index: number;
  /** The inclusion proof, from the leaf's sibling to the root's child. */
  readonly hashes: readonly Uint8Array[];
  /** The signed note of the checkpoint, as the log published it. */
  readonly checkpoint: string;
  /** Not authenticated by anything. */
  readonly extra?: Uint8Array;
}

/**
 * The text by c2sp.org/tlog-proof; files of it end in `.tlog-proof`. Throws INVALID_RANGE, INVALID_HASH or INVALID_NOTE for
 * a part that cannot stand there.
 */
export function formatTlogProof({ index, hashes, checkpoint, extra }: TlogProof): string {
  requireSize(index, 'index');
  hashes.forEach(requireHash);
  parseNote(checkpoint);
  const lines = [
    HEADER,
    ...(extra === undefined ? [] : [`extra ${encodeBase64(extra)}`]),
    `index ${index}`,
    ...hashes.map(encodeBase64),
  ];
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

/** Reads a proof and verifies nothing. Throws INVALID_PROOF. */
export function parseTlogProof(text: string): TlogProof {
  const split = text.indexOf('\n\n');
  if (split < 0) throw malformed('no checkpoint');
  const checkpoint = text.slice(split + 2);
  return asPartOf('INVALID_PROOF', 'Malformed proof', () => {
    parseNote(checkpoint);
    return { ...parseHead(text.slice(0, split).split('\n')), checkpoint };
  });
}

function parseHead([header, ...lines]: readonly string[]): Omit<TlogProof, 'checkpoint'> {
  if (header !== HEADER) throw malformed(`the first line is not ${HEADER}`);
  const extra = afterWord('extra', lines[0]);
  if (extra !== undefined) lines.shift();
  const index = parseDecimal(afterWord('index', lines.shift()) ?? '');
  if (index === undefined) throw malformed('no proper index');
  if (lines.length > MAX_HASHES) throw malformed('more hashes than a tree has levels');
  const hashes = lines.map(decodeBase64);
  hashes.forEach(requireHash);
  return { index, hashes, ...(extra === undefined ? {} : { extra: decodeBase64(extra) }) };
}

function afterWord(word: string, line: string | undefined): string | undefined {
  return line?.startsWith(`${word} `) === true ? line.slice(word.length + 1) : undefined;
}

/**
 * The log's checkpoint, if it proves that the entry is in it at the index that the proof names. Throws INVALID_PROOF,
 * PROOF_REFUTED, INVALID_RANGE if the index is beyond the checkpoint, and as `openCheckpoint` does.
 *
 * @param leaf the leaf hash of the entry: `leafHash(bytes)`
 */
export function verifyTlogProof(
  proof: string | TlogProof,
  leaf: Uint8Array,
  trust: LogTrust,
  verify: VerifyMessage = portableVerify,
  hash: TreeHash = portableTreeHash,
): OpenedCheckpoint {
  const { index, hashes, checkpoint } = typeof proof === 'string' ? parseTlogProof(proof) : proof;
  const opened = openCheckpoint(checkpoint, trust, verify);
  verifyInclusion(hashes, leaf, index, opened, hash);
  return opened;
}

function malformed(reason: string): MerkleError {
  return new MerkleError('INVALID_PROOF', `Malformed proof: ${reason}`);
}
