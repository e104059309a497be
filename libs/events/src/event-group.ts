import type { TreeHash } from '#merkle/tree-hash.js';
import type { SluiceEvent } from './contract.js';

/** No other thing that a key of ours signs begins with it: a JWS begins with base64url and has no line break. */
const STATEMENT = 'sluice event group v1';
const LENGTH_BYTES = 4;
/** Of UTF-8, for a unit of a string's length. */
const MOST_BYTES_A_UNIT = 3;
/** Used again and again: an allocation for each event would cost as much as writing it. */
let room = Buffer.allocUnsafe(4096);

/**
 * The leaf of an event in the tree of its group: over id, type, source, time, key and data, each behind its length in bytes
 * (big-endian, 32 bits), so that no two events have the same bytes. The trace context is not of the event: it is left out.
 */
export function eventLeaf({ id, type, source, time, key, data }: SluiceEvent, hash: TreeHash): Uint8Array {
  const texts = [id, type, source, time, key];
  const most = texts.reduce((sum, { length }) => sum + LENGTH_BYTES + MOST_BYTES_A_UNIT * length, LENGTH_BYTES);
  if (most + data.length > room.length) room = Buffer.allocUnsafe(2 * (most + data.length));
  let at = 0;
  for (const text of texts) {
    const length = room.write(text, at + LENGTH_BYTES);
    at = room.writeUInt32BE(length, at) + length;
  }
  at = room.writeUInt32BE(data.length, at);
  room.set(data, at);
  return hash.leaf(room.subarray(0, at + data.length));
}

/** What a source signs for a group: the lines STATEMENT, source, size and root in base64, each with a line feed. */
export function groupStatement(source: string, size: number, root: Uint8Array): Buffer {
  return Buffer.from(`${STATEMENT}\n${source}\n${size}\n${Buffer.from(root).toString('base64')}\n`);
}
