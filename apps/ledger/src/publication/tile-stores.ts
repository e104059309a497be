import { join } from 'node:path';
import { FileTileStore } from './file-tile-store.js';
import type { StoragePlace } from './storage-variables.js';
import type { OpenTileStore } from './tile-store.js';

/** Opens the stores of logs at a place. The S3 client takes time and memory to load: only where it is asked for. */
export async function tileStores(place: StoragePlace): Promise<OpenTileStore> {
  if (place.kind === 'files') return (path) => FileTileStore.open(join(place.folder, path));
  const { S3TileStore, s3Client } = await import('./s3-tile-store.js');
  const client = s3Client(place);
  return (path) => S3TileStore.open(client, place, path);
}
