import { createHash } from 'node:crypto';

/** RFC 6962 section 2.1 word for word, on Node's SHA-256: slow, and written apart from what it checks. */
const sha256 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

/** The largest power of two smaller than n. */
const splitOf = (n: number): number => {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
};

/** MTH(D[n]). */
export function naiveRoot(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length === 0) return sha256();
  if (entries.length === 1) return sha256(Uint8Array.of(0), ...entries);
  const k = splitOf(entries.length);
  return sha256(Uint8Array.of(1), naiveRoot(entries.slice(0, k)), naiveRoot(entries.slice(k)));
}

/** PATH(m, D[n]). */
export function naiveInclusion(m: number, entries: readonly Uint8Array[]): Uint8Array[] {
  if (entries.length === 1) return [];
  const k = splitOf(entries.length);
  if (m < k) return [...naiveInclusion(m, entries.slice(0, k)), naiveRoot(entries.slice(k))];
  return [...naiveInclusion(m - k, entries.slice(k)), naiveRoot(entries.slice(0, k))];
}

/** PROOF(m, D[n]), for 0 < m <= n. */
export function naiveConsistency(m: number, entries: readonly Uint8Array[], known = true): Uint8Array[] {
  if (m === entries.length) return known ? [] : [naiveRoot(entries)];
  const k = splitOf(entries.length);
  if (m <= k) return [...naiveConsistency(m, entries.slice(0, k), known), naiveRoot(entries.slice(k))];
  return [...naiveConsistency(m - k, entries.slice(k), false), naiveRoot(entries.slice(0, k))];
}

/** n entries that differ from one another. */
export function someEntries(n: number): Uint8Array[] {
  return Array.from({ length: n }, (_, index) => new TextEncoder().encode(`entry ${index}`));
}
