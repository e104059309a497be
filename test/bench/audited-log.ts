import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { accessDecidedV1 } from '#events/access-decided.v1.js';
import { accessReleasedV1 } from '#events/access-released.v1.js';
import { encode } from '#events/encode.js';
import { formatCheckpoint } from '#merkle/checkpoint.js';
import { EMPTY_EDGE, compactRangeOf, extendTiles } from '#merkle/extend-tiles.js';
import { nodeTreeHash } from '#merkle/node-cryptography.js';
import type { NoteKey } from '#merkle/note-key.js';
import { shardSigner } from '#merkle/shard-signer.js';
import { signNote } from '#merkle/sign-note.js';
import { TILE_WIDTH, tilePath, type Tile } from '#merkle/tile.js';
import { extendBundles, partialBundle } from '../../apps/ledger/src/publication/extend-bundles.js';

/** Full tiles of leaves, so that what is written at once ends with one. */
const AT_ONCE = 64 * TILE_WIDTH;

/**
 * Writes a log as the ledger publishes one, and gives its key: exchanges that were permitted, each a decision and a
 * release, with all members that such entries have, unlike each other. `size`: a multiple of 2.
 */
export function writeLog(folder: string, size: number): NoteKey {
  const signer = shardSigner('bench.localhost/0', generateKeyPairSync('ed25519').privateKey);
  let edge = EMPTY_EDGE;
  while (edge.size < size) {
    const entries = Array.from({ length: Math.min(AT_ONCE, size - edge.size) / 2 }, anExchange).flat();
    const leaves = entries.map((entry) => nodeTreeHash.leaf(entry));
    const extended = extendTiles(edge, leaves, nodeTreeHash);
    const { full, partial } = extendBundles(edge.size, [], entries);
    const bundles = [...full, ...partialBundle(extended.edge.size, partial)];
    // A partial tile in the middle is not the log's any more: the next round writes the full one.
    for (const { tile, bytes } of [...bundles, ...extended.tiles]) write(folder, tile, bytes);
    edge = extended.edge;
  }
  const root = compactRangeOf(edge, nodeTreeHash).root();
  writeFileSync(
    join(folder, 'checkpoint'),
    signNote(formatCheckpoint({ origin: signer.key.name, size, root }), [signer]),
  );
  return signer.key;
}

function write(folder: string, tile: Tile, bytes: Uint8Array): void {
  const path = join(folder, tilePath(tile));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

function anExchange(): Uint8Array[] {
  const id = randomUUID();
  const digest = (of: string) => createHash('sha256').update(id).update(of).digest('base64url');
  const said = {
    ...{ id, time: new Date().toISOString(), consumer: 'housing/eligibility', resource: 'population/residents' },
    ...{ purpose: 'gov:HousingEligibility', policy: digest('policy') },
  };
  const writer = (chain: string) => ({ chain: randomUUID(), number: 417, previous: digest(chain) });
  const decided = encode(
    accessDecidedV1,
    {
      ...said,
      ...{ type: 'access.decided.v1', source: 'gateway', authenticated: true, mode: 'records', outcome: 'permit' },
      basis: { law: '公共租赁住房管理办法', article: '第九条' },
      agreements: [{ id: 'housing-residents', version: 1 }],
      ...{ select: ['name', 'district'], where: ['resident_id'], limit: 100 },
      ...{ commitment: digest('decided'), decision: digest('decision'), writer: writer('gateway') },
    },
    { key: id },
  );
  const released = encode(
    accessReleasedV1,
    {
      ...said,
      ...{ type: 'access.released.v1', source: 'adapter/population', fields: ['district', 'name'], rows: 1 },
      ...{ commitment: digest('released'), decision: digest('decision'), writer: writer('adapter') },
    },
    { key: id },
  );
  return [decided.data, released.data];
}
