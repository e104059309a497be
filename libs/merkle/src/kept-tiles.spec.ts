import { KeptTiles } from './kept-tiles.js';
import { tilePath, type Tile } from './tile.js';

const at = (level: Tile['level'], index: number, width = 256): Tile => ({ level, index, width });

class CountedTiles {
  readonly read: string[] = [];
  isBroken = false;

  readTile(tile: Tile): Promise<Uint8Array> {
    this.read.push(tilePath(tile));
    return this.isBroken ? Promise.reject(new Error('broken')) : Promise.resolve(Buffer.from(tilePath(tile)));
  }
}

describe('tiles that are kept', () => {
  it('are read once, and given as the same bytes each time', async () => {
    const below = new CountedTiles();
    const tiles = new KeptTiles(below, 2);
    const [first, second] = await Promise.all([tiles.readTile(at(1, 0)), tiles.readTile(at(1, 0))]);
    expect(first).toBe(second);
    expect(await tiles.readTile(at(1, 0))).toBe(first);
    expect(below.read).toEqual(['tile/1/000']);
  });

  it('are those that were asked for last', async () => {
    const below = new CountedTiles();
    const tiles = new KeptTiles(below, 2);
    for (const index of [0, 1, 0, 2, 0, 1]) await tiles.readTile(at(1, index));
    expect(below.read).toEqual(['tile/1/000', 'tile/1/001', 'tile/1/002', 'tile/1/001']);
  });

  it('are told from narrower ones of the same place', async () => {
    const tiles = new KeptTiles(new CountedTiles(), 2);
    expect(Buffer.from(await tiles.readTile(at(1, 0, 5))).toString()).toBe('tile/1/000.p/5');
    expect(Buffer.from(await tiles.readTile(at(1, 0))).toString()).toBe('tile/1/000');
  });

  it('are neither leaves nor entries, of which no two proofs need the same', async () => {
    const below = new CountedTiles();
    const tiles = new KeptTiles(below, 2);
    for (const level of [0, 0, 'entries', 'entries'] as const) await tiles.readTile(at(level, 0));
    expect(below.read).toHaveLength(4);
  });

  it('are not those that could not be read', async () => {
    const below = new CountedTiles();
    const tiles = new KeptTiles(below, 2);
    below.isBroken = true;
    await expect(tiles.readTile(at(1, 0))).rejects.toThrow('broken');
    below.isBroken = false;
    await expect(tiles.readTile(at(1, 0))).resolves.toBeDefined();
  });
});
