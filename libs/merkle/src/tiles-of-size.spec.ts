import fc from 'fast-check';
import { codeOf } from '../test/thrown.js';
import { tilePath } from './tile.js';
import { partialTiles, tilesBetween, tilesOfSize } from './tiles-of-size.js';

describe('the tiles of a tree', () => {
  it('has the tiles of the specification at size 70,000', () => {
    const paths = Array.from(tilesOfSize(70_000), tilePath);
    expect(paths.filter((path) => path.includes('.p/'))).toEqual([
      'tile/entries/273.p/112',
      'tile/0/273.p/112',
      'tile/1/001.p/17',
      'tile/2/000.p/1',
    ]);
    expect(paths.filter((path) => path.startsWith('tile/0/') && !path.includes('.p/'))).toHaveLength(273);
    expect(paths).toContain('tile/1/000');
    expect(paths).toHaveLength(2 * 274 + 2 + 1);
  });

  it('has no tile when empty, and a partial one above each full one', () => {
    expect([...tilesOfSize(0)]).toEqual([]);
    expect(Array.from(tilesOfSize(256), tilePath)).toEqual(['tile/entries/000', 'tile/0/000', 'tile/1/000.p/1']);
  });

  it('names what is new when a tree grows', () => {
    expect(Array.from(tilesBetween(255, 258), tilePath)).toEqual([
      'tile/entries/000',
      'tile/entries/001.p/2',
      'tile/0/000',
      'tile/0/001.p/2',
      'tile/1/000.p/1',
    ]);
    expect([...tilesBetween(70_000, 70_000)]).toEqual([]);
  });

  it('names exactly the tiles that the smaller tree does not have', () => {
    const sizes = fc.tuple(fc.nat(140_000), fc.nat(140_000));
    fc.assert(
      fc.property(sizes, ([a, b]) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const before = new Set(Array.from(tilesOfSize(from), tilePath));
        const added = Array.from(tilesOfSize(to), tilePath).filter((path) => !before.has(path));
        expect(Array.from(tilesBetween(from, to), tilePath)).toEqual(added);
      }),
      { numRuns: 30 },
    );
  });

  it('names the partial tiles, and none where a level is just full', () => {
    expect(partialTiles(70_000).map(tilePath)).toEqual(['tile/0/273.p/112', 'tile/1/001.p/17', 'tile/2/000.p/1']);
    expect(partialTiles(65_536).map(tilePath)).toEqual(['tile/2/000.p/1']);
    expect(partialTiles(0)).toEqual([]);
  });

  it('refuses sizes that cannot be', () => {
    expect(codeOf(() => [...tilesBetween(5, 4)])).toBe('INVALID_RANGE');
    expect(codeOf(() => [...tilesOfSize(-1)])).toBe('INVALID_RANGE');
    expect(codeOf(() => [...tilesOfSize(1.5)])).toBe('INVALID_RANGE');
    expect(codeOf(() => partialTiles(2 ** 53))).toBe('INVALID_RANGE');
  });
});
