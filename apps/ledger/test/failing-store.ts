import type { TileStore } from '../src/publication/tile-store.js';

export class StoreFailure extends Error {}

/** Writes through to a real store until write number `at`, from 0; that one and all later ones fail. */
export class FailingStore implements TileStore {
  /** Writes so far, failed ones included. */
  writes = 0;

  constructor(
    private readonly store: TileStore,
    private at: number,
    /** Whether the write that fails first has happened all the same. */
    private readonly persists: boolean,
  ) {}

  mend(): void {
    this.at = Infinity;
  }

  read(path: string) {
    return this.store.read(path);
  }

  list(folder: string) {
    return this.store.list(folder);
  }

  create(path: string, bytes: Uint8Array) {
    return this.write(() => this.store.create(path, bytes));
  }

  swap(path: string, expected: Uint8Array, bytes: Uint8Array) {
    return this.write(() => this.store.swap(path, expected, bytes));
  }

  remove(path: string) {
    return this.write(() => this.store.remove(path));
  }

  private async write<T>(act: () => Promise<T>): Promise<T> {
    const number = this.writes;
    this.writes += 1;
    if (number < this.at) return act();
    if (number === this.at && this.persists) await act();
    throw new StoreFailure(`write ${number} failed`);
  }
}
