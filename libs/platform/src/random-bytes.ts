import { randomFillSync } from 'node:crypto';

/** Bytes. Enough for some thirty exchanges. */
const POOL = 4096;

const pool = Buffer.alloc(POOL);
let used = POOL;

/**
 * As Node's own `randomBytes`, from the same generator, for what every exchange draws: each of Node's calls costs ten times
 * what 32 bytes out of a larger draw do. No byte is given twice, and what was given is wiped here. `size`: up to 4096.
 */
export function randomBytes(size: number): Buffer {
  if (size > POOL) throw new RangeError(`${size} bytes are more than one draw`);
  if (used + size > POOL) {
    randomFillSync(pool);
    used = 0;
  }
  const given = Buffer.from(pool.subarray(used, used + size));
  pool.fill(0, used, used + size);
  used += size;
  return given;
}
