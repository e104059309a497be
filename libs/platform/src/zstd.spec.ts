import { createHook } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
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

describe('zlib, which V8 frees only in a full collection', () => {
  const frame = compressSync(bytes);

  it.each([
    ['compressing at once', () => compressSync(bytes)],
    ['compressing later', () => compress(bytes)],
    ['decompressing at once', () => decompressSync(frame, 2 * MIB)],
    ['decompressing later', () => decompress(frame, 2 * MIB)],
  ])('does not hold what it has brought forth: %s', async (_what, bringForth) => {
    const handles: object[] = [];
    const init = (_id: number, type: string, _trigger: number, handle: object): void => {
      if (type === 'ZLIB') handles.push(handle);
    };
    const hook = createHook({ init }).enable();
    await bringForth();
    hook.disable();
    expect(handles).toHaveLength(1);
    expect(bytesReachedFrom(handles)).toBeLessThan(64 * 1024);
  });
});

/** Closures are not looked into. */
function bytesReachedFrom(objects: readonly object[]): number {
  const reached = new Set<unknown>(objects);
  let found = 0;
  for (const object of reached) {
    if (object instanceof ArrayBuffer) found += object.byteLength;
    else if (ArrayBuffer.isView(object)) reached.add(object.buffer);
    else if (typeof object === 'object' && object !== null) ownValues(object).forEach((value) => reached.add(value));
  }
  return found;
}

function ownValues(object: object): unknown[] {
  return Reflect.ownKeys(object).map((key) => Reflect.get(object, key) as unknown);
}
