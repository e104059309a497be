import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPrivateKey } from 'node:crypto';
import { decodeBundle } from '#merkle/entry-bundle.js';
import { inclusionProof, verifyInclusion } from '#merkle/inclusion-proof.js';
import { nodeTreeHash, nodeVerify } from '#merkle/node-cryptography.js';
import { openCheckpoint } from '#merkle/open-checkpoint.js';
import { tilesOfSize } from '#merkle/tiles-of-size.js';
import { tilePath } from '#merkle/tile.js';
import { FileTileStore } from '../src/publication/file-tile-store.js';
import { LogTiles } from '../src/publication/log-tiles.js';
import { openLog, type RecallingCosigner } from '../src/publication/open-log.js';
import { SequencedLogRepository } from '../src/publication/sequenced-log.repository.js';
import type { TileStore } from '../src/publication/tile-store.js';
import type { Candidate } from '../src/sequencing/candidate.js';
import { SequencingRepository } from '../src/sequencing/sequencing.repository.js';
import { ShardSequencer } from '../src/sequencing/shard-sequencer.js';
import { shardsOf, type Shard } from '../src/shards/shard.js';
import type { LedgerDatabase } from './ledger-database.js';

export const LEDGER_KEY = createPrivateKey({
  key: {
    kty: 'OKP',
    crv: 'Ed25519',
    d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  },
  format: 'jwk',
});

export function aShard(): Shard {
  const [shard] = shardsOf('ledger.test/log', 1, LEDGER_KEY);
  if (shard === undefined) throw new Error('one shard was asked for');
  return shard;
}

export async function aFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'sluice-ledger-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export function sequencer({ database }: Pick<LedgerDatabase, 'database'>, shard = aShard()): Promise<ShardSequencer> {
  return ShardSequencer.start(shard.number, shard.origin, new SequencingRepository(database), nodeTreeHash);
}

/** Opens the log as a process does that starts, over what the folder and the database hold. */
export async function open(
  ledger: Pick<LedgerDatabase, 'database'>,
  store: TileStore,
  shard = aShard(),
  cosigner?: RecallingCosigner,
) {
  const sequenced = new SequencedLogRepository(ledger.database);
  const { number, signer } = shard;
  const opened = await openLog({ shard: number, signer, store, sequenced, hash: nodeTreeHash, cosigner });
  return { ...opened, sequenced };
}

/** Publishes all that is sequenced. */
export async function publishAll({ log, sequenced }: Awaited<ReturnType<typeof open>>, shard = aShard()) {
  for (;;) {
    const next = await sequenced.after(shard.number, log.head.size, 8192);
    if (next === undefined) return;
    await log.extend(next);
  }
}

/**
 * Reads the folder, or another store, as a stranger does who has the vkey: the checkpoint verifies, every tile of its tree is there at its
 * place, every entry is the expected one, and entries (all, or some forty with the first and the last) have their proofs.
 */
export async function expectPublished(
  where: string | TileStore,
  expected: readonly Candidate[],
  { everyProof = false, shard = aShard() } = {},
): Promise<void> {
  const store = typeof where === 'string' ? await FileTileStore.open(where) : where;
  const checkpoint = openCheckpoint(await bytesAt(store, 'checkpoint'), { log: shard.signer.key }, nodeVerify);
  expect(checkpoint.size).toBe(expected.length);
  const entries: Buffer[] = [];
  for (const tile of tilesOfSize(checkpoint.size)) {
    const bytes = await bytesAt(store, tilePath(tile));
    if (tile.level === 'entries') entries.push(...decodeBundle(bytes).map((entry) => Buffer.from(entry)));
    else expect(bytes).toHaveLength(tile.width * 32);
  }
  // Jest compares buffers byte by byte, which takes minutes for a large log.
  expect(entries).toHaveLength(expected.length);
  expect(expected.findIndex(({ entry }, index) => entries[index]?.equals(entry) !== true)).toBe(-1);
  const tiles = new LogTiles(store);
  const step = everyProof ? 1 : Math.ceil(expected.length / 40);
  for (const [index, { leaf }] of expected.entries()) {
    if (index % step !== 0 && index < expected.length - 1) continue;
    const proof = await inclusionProof(index, checkpoint.size, tiles, nodeTreeHash);
    verifyInclusion(proof, leaf, index, checkpoint, nodeTreeHash);
  }
}

async function bytesAt(store: TileStore, path: string): Promise<Buffer> {
  const bytes = await store.read(path);
  if (bytes === undefined) throw new Error(`nothing at ${path}`);
  return bytes;
}
