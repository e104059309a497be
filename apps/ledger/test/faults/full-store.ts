import type { TileStore } from '../../src/publication/tile-store.js';

/** A store whose disk is full while it is told so: reading and removing go on, as on a real one. */
export class FullStore implements TileStore {
  isFull = false;

  constructor(private readonly store: TileStore) {}

  read(path: string) {
    return this.store.read(path);
  }

  list(folder: string) {
    return this.store.list(folder);
  }

  remove(path: string) {
    return this.store.remove(path);
  }

  create(path: string, bytes: Uint8Array) {
    return this.write(() => this.store.create(path, bytes));
  }

  swap(path: string, expected: Uint8Array, bytes: Uint8Array) {
    return this.write(() => this.store.swap(path, expected, bytes));
  }

  private write<T>(act: () => Promise<T>): Promise<T> {
    if (!this.isFull) return act();
    return Promise.reject(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }));
  }
}
