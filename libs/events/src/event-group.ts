import type { TreeHash } from '#merkle/tree-hash.js';
import type { SluiceEvent } from './contract.js';

/** No other thing that a key of ours signs begins with it: a JWS begins with base64url and has no line break. */
const STATEMENT = 'sluice event group v1';
const LENGTH_BYTES = 4;

/**
 * The leaf of an event in the tree of its group: over id, type, source, time, key and data, each behind its length in bytes
 * (big-endian, 32 bits), so that no two events have the same bytes. The trace context is not of the event: it is left out.
 */
export function eventLeaf({ id, type, source, time, key, data }: SluiceEvent, hash: TreeHash): Uint8Array {
  const texts = [id, type, source, time, key];
  const lengths = texts.map((text) => Buffer.byteLength(text));
  const size = lengths.reduce((sum, length) => sum + LENGTH_BYTES + length, LENGTH_BYTES + data.length);
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const [index, text] of texts.entries()) {
    at = bytes.writeUInt32BE(lengths[index] ?? 0, at);
    at += bytes.write(text, at);
  }
  bytes.set(data, bytes.writeUInt32BE(data.length, at));
  return hash.leaf(bytes);
}

/** What a source signs for a group: the lines STATEMENT, source, size and root in base64, each with a line feed. */
export function groupStatement(source: string, size: number, root: Uint8Array): Buffer {
  return Buffer.from(`${STATEMENT}\n${source}\n${size}\n${Buffer.from(root).toString('base64')}\n`);
}
