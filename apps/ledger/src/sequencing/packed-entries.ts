import { MAX_ENTRY_SIZE, encodeBundle } from '#merkle/entry-bundle.js';
import { compress, decompress } from '#platform/zstd.js';
import { LedgerError } from '../ledger-error.js';

/** A batch's entries as the database keeps them: a zstd frame of their bundle. At most 65,535 bytes an entry. */
export function packEntries(entries: readonly Uint8Array[]): Promise<Buffer> {
  return compress(encodeBundle(entries));
}

/** The entries, as views into one buffer. Throws BATCH_DAMAGED unless the bytes are exactly `count` entries. */
export async function unpackEntries(packed: Buffer, count: number): Promise<Uint8Array[]> {
  const entries = split(await unframed(packed, count));
  if (entries?.length !== count) throw damaged(count);
  return entries;
}

async function unframed(packed: Buffer, count: number): Promise<Buffer> {
  try {
    return await decompress(packed, count * (2 + MAX_ENTRY_SIZE));
  } catch {
    throw damaged(count);
  }
}

function split(bundle: Buffer): Uint8Array[] | undefined {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bundle.length) {
    const start = at + 2;
    if (start > bundle.length) return undefined;
    at = start + bundle.readUInt16BE(at);
    if (at > bundle.length) return undefined;
    entries.push(bundle.subarray(start, at));
  }
  return entries;
}

function damaged(count: number): LedgerError {
  return new LedgerError('BATCH_DAMAGED', `a stored batch is not the ${count} entries that it should be`);
}
