import type { TileStore } from '../src/publication/tile-store.js';

/** One place, empty before each test: each `open` is another process's view of it. */
export interface TileStorePlace {
  open(): Promise<TileStore>;
}

const [one, two] = [Buffer.from('one'), Buffer.from('two')];
const WRITERS = 8;

/** What every store of tiles guarantees, whatever it is made of. */
export function describeTileStore(place: () => TileStorePlace): void {
  describe('as every store of tiles', () => {
    let store: TileStore;

    beforeEach(async () => {
      store = await place().open();
    });

    const many = () => Promise.all(Array.from({ length: WRITERS }, () => place().open()));

    it('reads what was written, also in another process, and nothing where there is nothing', async () => {
      await store.create('tile/0/000.p/1', one);
      const other = await place().open();
      expect(await other.read('tile/0/000.p/1')).toEqual(one);
      expect(await other.read('tile/0/000')).toBeUndefined();
      expect(await other.read('tile/0/000.p')).toBeUndefined();
    });

    it('keeps every byte, and every size', async () => {
      const bytes = Buffer.from(Array.from({ length: 8192 }, (_, at) => at % 256));
      await store.create('full', bytes);
      await store.create('empty', Buffer.alloc(0));
      expect((await store.read('full'))?.equals(bytes)).toBe(true);
      expect(await store.read('empty')).toHaveLength(0);
    });

    it('creates once: whoever comes second changes nothing', async () => {
      expect(await store.create('a/b', one)).toBe(true);
      expect(await store.create('a/b', two)).toBe(false);
      expect(await store.read('a/b')).toEqual(one);
    });

    it('lets one of many create', async () => {
      const stores = await many();
      const created = await Promise.all(stores.map((each, number) => each.create('a', Buffer.from(String(number)))));
      expect(created.filter(Boolean)).toHaveLength(1);
      expect((await store.read('a'))?.toString()).toBe(String(created.indexOf(true)));
    });

    it('swaps what is there, and nothing else', async () => {
      await store.create('checkpoint', one);
      expect(await store.swap('checkpoint', two, two)).toBe(false);
      expect(await store.swap('checkpoint', one, two)).toBe(true);
      expect(await store.swap('checkpoint', one, two)).toBe(false);
      expect(await store.swap('nothing', one, two)).toBe(false);
      expect(await store.read('checkpoint')).toEqual(two);
      expect(await store.read('nothing')).toBeUndefined();
    });

    it('lets one of many swap, round after round, and readers see whole files alone', async () => {
      const stores = await many();
      let there = Buffer.from('round 0');
      await store.create('checkpoint', there);
      for (let round = 1; round <= 10; round += 1) {
        const offers = stores.map((each, number) => {
          const bytes = Buffer.from(`round ${round}, by ${number}, ${'.'.repeat(number * 500)}`);
          return { bytes, swapped: each.swap('checkpoint', there, bytes) };
        });
        const seen = await store.read('checkpoint');
        expect([there, ...offers.map(({ bytes }) => bytes)]).toContainEqual(seen);
        const outcomes = await Promise.all(offers.map(async ({ bytes, swapped }) => ((await swapped) ? [bytes] : [])));
        const winners = outcomes.flat();
        expect(winners).toHaveLength(1);
        [there = there] = winners;
        expect(await store.read('checkpoint')).toEqual(there);
      }
    });

    it('lists and removes files and folders, present or not', async () => {
      for (const path of ['000', '000.p/1', '000.p/20', '0001']) await store.create(`tile/0/${path}`, one);
      expect((await store.list('tile/0')).sort()).toEqual(['000', '000.p', '0001']);
      await store.remove('tile/0/000.p');
      await store.remove('tile/0/000.p');
      expect((await store.list('tile/0')).sort()).toEqual(['000', '0001']);
      await store.remove('tile/0/000');
      expect(await store.list('tile/0')).toEqual(['0001']);
      expect(await store.list('nowhere')).toEqual([]);
      expect(await store.create('tile/0/000.p/2', two)).toBe(true);
    });
  });
}
