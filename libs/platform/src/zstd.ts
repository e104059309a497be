import { promisify } from 'node:util';
import { zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } from 'node:zlib';
import { compressing, decompressing } from './zstd-options.js';

const compressLater = promisify(zstdCompress);
const decompressLater = promisify(zstdDecompress);

/** A frame (RFC 8878) of these bytes. */
export async function compress(bytes: Uint8Array): Promise<Buffer> {
  return releaseEngine(await compressLater(bytes, { ...compressing(bytes.length), info: true }));
}

/** As `compress`, on this thread. */
export function compressSync(bytes: Uint8Array): Buffer {
  return releaseEngine(zstdCompressSync(bytes, { ...compressing(bytes.length), info: true }));
}

/** What the frame holds. Rejects where it is damaged, or holds more than `most` bytes. */
export async function decompress(frame: Uint8Array, most: number): Promise<Buffer> {
  return releaseEngine(await decompressLater(frame, { ...decompressing(frame, most), info: true }));
}

/** As `decompress`, on this thread. */
export function decompressSync(frame: Uint8Array, most: number): Buffer {
  return releaseEngine(zstdDecompressSync(frame, { ...decompressing(frame, most), info: true }));
}

/** What zlib answers with where it is asked for `info`; and what in its engine leads to the bytes that it has brought forth. */
interface Answer {
  readonly buffer: Buffer;
  readonly engine: { _outBuffer: unknown; buffers: unknown; cb: unknown };
}

/**
 * zlib's engine has a native handle, so V8 frees it only in a full collection, and the output buffers that it still references
 * count as external memory, which forces such collections. So its references to them are dropped. `_outBuffer`, `buffers` and
 * `cb` are Node's internals: if they are renamed, only speed is lost. After a failed call nothing is dropped.
 */
function releaseEngine(answer: unknown): Buffer {
  const { buffer, engine } = answer as Answer;
  Object.assign(engine, { _outBuffer: null, buffers: null, cb: null });
  return buffer;
}
