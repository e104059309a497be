import { createZstdCompress, zstdCompressSync } from 'node:zlib';
import { buffer } from 'node:stream/consumers';
import { decompressing } from './zstd-options.js';

const MOST = 64 * 1024 * 1024;
const LARGEST = 4 * 1024 * 1024;

function chunkFor(frame: Uint8Array): number | undefined {
  return decompressing(frame, MOST).chunkSize;
}

describe('the room for what a zstd frame holds', () => {
  it.each([5_000, 65_000, 70_000, 1_000_000])(
    'is just more than the %d bytes that the frame says it holds',
    (bytes) => {
      expect(chunkFor(zstdCompressSync(Buffer.alloc(bytes, 'evidence')))).toBe(bytes + 1);
    },
  );

  it('is estimated where the frame does not say', async () => {
    const stream = createZstdCompress();
    stream.write(Buffer.alloc(100_000, 'a'));
    stream.end(Buffer.alloc(100_000, 'b'));
    const frame = await buffer(stream);
    expect(chunkFor(Buffer.concat([frame, Buffer.alloc(10_000)]))).toBe(8 * (frame.length + 10_000) + 1);
  });

  it('is bounded, whatever a frame says', () => {
    const frame = zstdCompressSync(Buffer.alloc(1_000_000));
    frame.writeUInt32LE(0xffff_ffff, 5);
    expect(chunkFor(frame)).toBe(LARGEST + 1);
  });

  it.each([0, 4, 5, 8])('is the least for a frame that is cut off after %d bytes', (length) => {
    expect(chunkFor(zstdCompressSync(Buffer.alloc(1_000_000)).subarray(0, length))).toBe(4 * 1024 + 1);
  });
});
