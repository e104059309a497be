import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { generateSigningKey, signBytes, verifyBytes } from '#exchange/keys.js';
import { percentiles } from './load.js';

/** What an exchange cannot do without on this machine, measured alone. */
export interface Floor {
  /** Ed25519: the caller's signature, the decision and the release are verified, the last two are signed. Microseconds. */
  readonly cryptographyMicros: number;
  /** One page written and flushed to the disk under the databases. Milliseconds. */
  readonly flushP50: number;
  readonly flushP99: number;
}

const VERIFICATIONS = 3;
const SIGNATURES = 2;
const ROUNDS = 2000;
const FLUSHES = 300;
const PAGE_BYTES = 8192;

/** `folder`: on the disk in question. */
export function measureFloor(folder: string): Floor {
  const { key } = generateSigningKey();
  const message = Buffer.alloc(400, 'm');
  const signature = signBytes(message, key);
  const signing = microsOf(() => signBytes(message, key));
  const verifying = microsOf(() => verifyBytes(message, key, signature));
  const flushes = percentiles(flushTimes(join(folder, 'flush')));
  return {
    cryptographyMicros: VERIFICATIONS * verifying + SIGNATURES * signing,
    flushP50: flushes.p50,
    flushP99: flushes.p99,
  };
}

function microsOf(action: () => unknown): number {
  const begun = performance.now();
  for (let round = 0; round < ROUNDS; round += 1) action();
  return ((performance.now() - begun) / ROUNDS) * 1000;
}

function flushTimes(path: string): readonly number[] {
  const file = openSync(path, 'w');
  const page = Buffer.alloc(PAGE_BYTES, 1);
  try {
    return Array.from({ length: FLUSHES }, () => {
      const begun = performance.now();
      writeSync(file, page, 0, PAGE_BYTES, 0);
      fdatasyncSync(file);
      return performance.now() - begun;
    });
  } finally {
    closeSync(file);
  }
}
