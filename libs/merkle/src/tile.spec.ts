import fc from 'fast-check';
import { codeOf } from '../test/thrown.js';
import { parseTilePath, tilePath, type Tile } from './tile.js';

const tiles: fc.Arbitrary<Tile> = fc.record({
  level: fc.oneof(fc.constant('entries' as const), fc.integer({ min: 0, max: 63 })),
  index: fc.oneof(fc.nat(2000), fc.maxSafeNat()),
  width: fc.integer({ min: 1, max: 256 }),
});

describe('tile paths', () => {
  it.each<[string, Tile]>([
    ['tile/0/x001/x234/067', { level: 0, index: 1_234_067, width: 256 }],
    ['tile/0/x001/x234/067.p/12', { level: 0, index: 1_234_067, width: 12 }],
    ['tile/0/273.p/112', { level: 0, index: 273, width: 112 }],
    ['tile/63/000.p/1', { level: 63, index: 0, width: 1 }],
    ['tile/entries/x001/000.p/255', { level: 'entries', index: 1000, width: 255 }],
  ])('%s', (path, tile) => {
    expect(tilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual(tile);
  });

  it('are read as they were written, for every tile', () => {
    fc.assert(
      fc.property(tiles, (tile) => {
        expect(parseTilePath(tilePath(tile))).toEqual(tile);
      }),
    );
  });

  it.each([
    '',
    'tile',
    'tile/0',
    'tile/0/',
    '/tile/0/000',
    'tile/0/000/',
    'tile/00/000',
    'tile/01/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/data/000',
    'tile/Entries/000',
    'tile/0/0',
    'tile/0/00',
    'tile/0/0000',
    'tile/0/1000',
    'tile/0/001/000',
    'tile/0/x001',
    'tile/0/x001/x000',
    'tile/0/x000/001',
    'tile/0/x009/x007/x199/x254/x740/992',
    'tile/0/x001/x000/x000/x000/x000/x000/000',
    'tile/0/000.p/0',
    'tile/0/000.p/00',
    'tile/0/000.p/01',
    'tile/0/000.p/256',
    'tile/0/000.p/999',
    'tile/0/000.p/1000',
    'tile/0/000.p/',
    'tile/0/000.p',
    'tile/0/000.p/1\n',
    'tile/0/000.p/-1',
    'tile/0/../000',
    'tile/0/٠٠٠',
  ])('refuses %j', (path) => {
    expect(codeOf(() => parseTilePath(path))).toBe('INVALID_TILE');
  });

  it('reads nothing but what it would write', () => {
    const near = fc.tuple(tiles.map(tilePath), fc.nat(40), fc.constantFrom('', '0', 'x', '/', '.p/1', '9'));
    fc.assert(
      fc.property(near, ([path, at, insert]) => {
        const other = path.slice(0, at) + insert + path.slice(at + 1);
        const outcome = codeOf(() => {
          expect(tilePath(parseTilePath(other))).toBe(other);
        });
        expect(['nothing', 'INVALID_TILE']).toContain(outcome);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (path) => {
        expect(codeOf(() => parseTilePath(path))).toBe('INVALID_TILE');
      }),
    );
  });

  it('does not write a tile that cannot be', () => {
    const tile = { level: 0, index: 0, width: 1 };
    expect(codeOf(() => tilePath({ ...tile, level: 64 }))).toBe('INVALID_TILE');
    expect(codeOf(() => tilePath({ ...tile, level: 0.5 }))).toBe('INVALID_TILE');
    expect(codeOf(() => tilePath({ ...tile, width: 0 }))).toBe('INVALID_TILE');
    expect(codeOf(() => tilePath({ ...tile, width: 257 }))).toBe('INVALID_TILE');
    expect(codeOf(() => tilePath({ ...tile, index: -1 }))).toBe('INVALID_RANGE');
  });
});
