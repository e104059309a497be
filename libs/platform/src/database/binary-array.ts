/*
 * Arrays as PostgreSQL receives them in binary (`array_recv`), which the driver does with a Buffer. Left to itself it writes
 * each array as one text, every value escaped and bytes in hexadecimal, and the server parses that again.
 */

/** Of pg_type: never changed. */
const TEXT = 25;
const BYTEA = 17;
const DIMENSIONS = 1;
const FIRST_INDEX = 1;
const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const NULL_LENGTH = -1;

/** For a parameter of type `text[]`: one value of each item, or NULL. */
export function textArray<Item>(items: readonly Item[], valueOf: (item: Item) => string | null): Buffer {
  return arrayOf(
    TEXT,
    items.map(valueOf),
    (value) => Buffer.byteLength(value),
    (value, into, at) => into.write(value, at),
  );
}

/** For a parameter of type `bytea[]`: one value of each item. */
export function byteaArray<Item>(items: readonly Item[], valueOf: (item: Item) => Uint8Array): Buffer {
  return arrayOf(
    BYTEA,
    items.map(valueOf),
    (value) => value.length,
    (value, into, at) => {
      into.set(value, at);
    },
  );
}

function arrayOf<Value>(
  type: number,
  values: readonly (Value | null)[],
  sizeOf: (value: Value) => number,
  write: (value: Value, into: Buffer, at: number) => void,
): Buffer {
  const sizes = values.map((value) => (value === null ? NULL_LENGTH : sizeOf(value)));
  const bytes = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + LENGTH_BYTES + Math.max(size, 0), HEADER_BYTES));
  const header = [DIMENSIONS, sizes.includes(NULL_LENGTH) ? 1 : 0, type, values.length, FIRST_INDEX];
  let at = header.reduce((offset, word) => bytes.writeInt32BE(word, offset), 0);
  for (const [index, value] of values.entries()) {
    const size = sizes[index] ?? NULL_LENGTH;
    at = bytes.writeInt32BE(size, at);
    if (value === null) continue;
    write(value, bytes, at);
    at += size;
  }
  return bytes;
}
