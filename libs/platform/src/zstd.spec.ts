import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { compress, compressSync, decompress, decompressSync } from './zstd.js';

const MIB = 1024 * 1024;
/** Half of it cannot be compressed. */
const bytes = Buffer.concat([randomBytes(MIB), Buffer.alloc(MIB)]);

it.each([
  ['at once', () => decompressSync(compressSync(bytes), 2 * MIB)],
  ['later', async () => decompress(await compress(bytes), 2 * MIB)],
])('gives back what was compressed, %s', async (_when, thereAndBack) => {
  expect((await thereAndBack()).equals(bytes)).toBe(true);
});

it('takes no frame that holds more than it may, nor a damaged one', async () => {
  const frame = compressSync(bytes);
  const damaged = frame.subarray(0, 1000);
  expect(() => decompressSync(frame, MIB)).toThrow('Cannot create a Buffer larger than 1048576 bytes');
  await expect(decompress(frame, MIB)).rejects.toThrow('Cannot create a Buffer larger than 1048576 bytes');
  expect(() => decompressSync(damaged, 2 * MIB)).toThrow('unexpected end of file');
  await expect(decompress(damaged, 2 * MIB)).rejects.toThrow('unexpected end of file');
});

describe('what was brought forth and is of no use any more', () => {
  const frame = compressSync(bytes);

  it.each([
    ['compressing at once', () => compressSync(bytes)],
    ['compressing later', () => compress(bytes)],
    ['decompressing at once', () => decompressSync(frame, 2 * MIB)],
    ['decompressing later', () => decompress(frame, 2 * MIB)],
  ])('is gone after a collection of young objects: %s', async (_what, bringForth) => {
    const before = outsideOfTheHeap();
    for (let time = 0; time < 20; time += 1) await bringForth();
    expect(outsideOfTheHeap() - before).toBeLessThan(3 * MIB);
  });
});

function outsideOfTheHeap(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void;
  for (let time = 0; time < 3; time += 1) collect({ type: 'minor' });
  return process.memoryUsage().arrayBuffers;
}
