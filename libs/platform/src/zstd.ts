import { promisify } from 'node:util';
import { zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } from 'node:zlib';
import { compressing, decompressing } from './zstd-options.js';

const compressLater = promisify(zstdCompress);
const decompressLater = promisify(zstdDecompress);

/** A frame (RFC 8878) of these bytes. */
export async function compress(bytes: Uint8Array): Promise<Buffer> {
  return letGo(await compressLater(bytes, { ...compressing(bytes.length), info: true }));
}

/** As `compress`, on this thread. */
export function compressSync(bytes: Uint8Array): Buffer {
  return letGo(zstdCompressSync(bytes, { ...compressing(bytes.length), info: true }));
}

/** What the frame holds. Rejects where it is damaged, or holds more than `most` bytes. */
export async function decompress(frame: Uint8Array, most: number): Promise<Buffer> {
  return letGo(await decompressLater(frame, { ...decompressing(frame, most), info: true }));
}

/** As `decompress`, on this thread. */
export function decompressSync(frame: Uint8Array, most: number): Buffer {
  return letGo(zstdDecompressSync(frame, { ...decompressing(frame, most), info: true }));
}

/** What zlib answers with where it is asked for `info`; and what in its engine leads to the bytes that it has brought forth. */
interface Answer {
  readonly buffer: Buffer;
  readonly engine: { _outBuffer: unknown; buffers: unknown; cb: unknown };
}

/**
 * An engine is an object with a native side, which V8 takes for no garbage before it has marked all of the heap; and what its
 * bytes come to has all of the heap marked. So it must not keep them. These are Node's own names: under others, only speed is
 * lost. What comes of a frame that is refused is kept.
 */
function letGo(answer: unknown): Buffer {
  const { buffer, engine } = answer as Answer;
  Object.assign(engine, { _outBuffer: null, buffers: null, cb: null });
  return buffer;
}
