import { constants, type ZstdOptions } from 'node:zlib';

const [SMALLEST, LARGEST] = [4 * 1024, 4 * 1024 * 1024];
/** What a frame of events holds is some eight times as long, or more. */
const RATIO = 8;

/** The fastest level: entries repeat each other's names, and more effort leaves little less. */
export function compressing(bytes: number): ZstdOptions {
  return { ...inChunksOf(bytes / RATIO), params: { [constants.ZSTD_c_compressionLevel]: 1 } };
}

/** Of this frame. `most`: bytes that it may hold. */
export function decompressing(frame: Uint8Array, most: number): ZstdOptions {
  return { ...inChunksOf(contentSize(frame) ?? frame.length * RATIO), maxOutputLength: most };
}

/**
 * A little more than comes out: a chunk that is full has another behind it, and both are copied into a third. Of zlib's own
 * 16 KiB there would be dozens, and a megabyte is much for one event. Such memory counts as V8's own: where much of it comes and
 * goes, the whole heap is marked again and again.
 */
function inChunksOf(bytes: number): ZstdOptions {
  return { chunkSize: Math.min(Math.max(Math.ceil(bytes), SMALLEST), LARGEST) + 1 };
}

const DESCRIPTOR = 4;
/** Bytes of the dictionary's id, by the descriptor's lowest two bits. */
const OF_DICTIONARY = [0, 1, 2, 4] as const;

/** What a frame says that it holds (RFC 8878, 3.1.1.1): anybody can write that. Undefined where it does not say it in 2 or 4 bytes. */
function contentSize(frame: Uint8Array): number | undefined {
  const descriptor = frame[DESCRIPTOR] ?? 0;
  const windowBytes = (descriptor & 0x20) === 0 ? 1 : 0;
  const at = DESCRIPTOR + 1 + windowBytes + (OF_DICTIONARY[descriptor & 3] ?? 0);
  if (at + 4 > frame.length) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset + at);
  switch (descriptor >> 6) {
    case 1:
      return view.getUint16(0, true) + 256;
    case 2:
      return view.getUint32(0, true);
    default:
      return undefined;
  }
}
