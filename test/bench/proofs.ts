import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyInclusion } from '#merkle/inclusion-proof.js';
import { nodeTreeHash } from '#merkle/node-cryptography.js';
import { readRoot } from '#merkle/read-hashes.js';
import { shardSigner } from '#merkle/shard-signer.js';
import { FileTileStore } from '../../apps/ledger/src/publication/file-tile-store.js';
import { LogTiles } from '../../apps/ledger/src/publication/log-tiles.js';
import { PublishedLog } from '../../apps/ledger/src/publication/published-log.js';
import { SignedHeads } from '../../apps/ledger/src/publication/signed-heads.js';
import { inclusionIn } from '../../apps/ledger/src/reading/log-reader.js';
import { percentiles } from './load.js';
import { LazyTiles, syntheticLeaf } from './synthetic-tree.js';

export interface ProofCost {
  readonly size: number;
  /** Milliseconds of one proof after the other, once the ledger has kept what they have in common. */
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds of the same proofs in a ledger that has just started. */
  readonly coldP50: number;
  /** Milliseconds of a proof, on average: unlike the others it does not grow with what else the machine does. */
  readonly processor: number;
  /** Tiles that a proof is read from, on average. */
  readonly tiles: number;
  /** Hashes of the longest. */
  readonly hashes: number;
}

const SIZES = [1e4, 1e5, 1e6, 1e7, 1e8] as const;
const PROOFS = 500;
/** Prime, so that the leaves that are asked for lie all over the tree. */
const STRIDE = 7_919_317;

/** Inclusion proofs as the ledger makes them, out of files, of synthetic trees. Rejects if one does not verify. */
export async function measureProofs(): Promise<readonly ProofCost[]> {
  const costs: ProofCost[] = [];
  for (const size of SIZES) costs.push(await measureSize(size));
  return costs;
}

async function measureSize(size: number): Promise<ProofCost> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-proofs-'));
  try {
    const store = new LazyTiles(await FileTileStore.open(folder));
    const indices = Array.from({ length: PROOFS }, (_, at) => (at * STRIDE) % size);
    const first = await openSynthetic(store, size);
    // All files are there afterwards: what is timed makes none.
    const proofs: Uint8Array[][] = [];
    for (const index of indices) proofs.push(await provenIn(first, index));
    const log = await openSynthetic(store, size);
    const cold = await timesOf(log, indices);
    store.reads = 0;
    const before = process.cpuUsage();
    const times = await timesOf(log, indices);
    const { user, system } = process.cpuUsage(before);
    return {
      size,
      ...percentiles(times),
      coldP50: percentiles(cold).p50,
      processor: (user + system) / 1000 / PROOFS,
      tiles: store.reads / PROOFS,
      hashes: Math.max(...proofs.map((proof) => proof.length)),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function timesOf(log: PublishedLog, indices: readonly number[]): Promise<number[]> {
  const times: number[] = [];
  for (const index of indices) {
    const start = performance.now();
    await inclusionIn(log, index, log.head.size);
    times.push(performance.now() - start);
  }
  return times;
}

async function provenIn(log: PublishedLog, index: number): Promise<Uint8Array[]> {
  const { hashes } = await inclusionIn(log, index, log.head.size);
  verifyInclusion(hashes, syntheticLeaf(index), index, log.head, nodeTreeHash);
  return [...hashes];
}

async function openSynthetic(store: LazyTiles, size: number): Promise<PublishedLog> {
  const tiles = new LogTiles(store);
  const signer = shardSigner('bench.localhost/0', generateKeyPairSync('ed25519').privateKey);
  const root = await readRoot(size, tiles, nodeTreeHash);
  const current = { size, root, note: '' };
  const edge = { hashes: { size, partials: [] }, bundle: [] };
  return new PublishedLog(tiles, new SignedHeads(store, signer), nodeTreeHash, { current, edge });
}
