import { constants, type ZstdOptions } from 'node:zlib';

const [SMALLEST, LARGEST] = [4 * 1024, 1024 * 1024];
/** What a frame of events holds is some eight times as long, or more. */
const RATIO = 8;

/** The fastest level: entries repeat each other's names, and more effort leaves little less. */
export function compressing(bytes: number): ZstdOptions {
  return { ...inChunksOf(bytes / RATIO), params: { [constants.ZSTD_c_compressionLevel]: 1 } };
}

/** `frame`: bytes of what is read. `most`: bytes that it may hold. */
export function decompressing(frame: number, most: number): ZstdOptions {
  return { ...inChunksOf(frame * RATIO), maxOutputLength: most };
}

/** About what comes out: zlib's own chunks of 16 KiB would be dozens of buffers, and one of a megabyte is much for one event. */
function inChunksOf(bytes: number): ZstdOptions {
  return { chunkSize: Math.min(Math.max(Math.ceil(bytes), SMALLEST), LARGEST) };
}
