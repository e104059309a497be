import { decodeBundle } from '#merkle/entry-bundle.js';
import { tilesBetween } from '#merkle/tiles-of-size.js';
import { extendBundles, partialBundle } from './extend-bundles.js';

const entries = Array.from({ length: 800 }, (_, index) => Buffer.from(`entry ${index}`));

it.each([
  [0, 1],
  [0, 256],
  [1, 255],
  [255, 257],
  [256, 512],
  [256, 600],
  [300, 301],
  [511, 800],
])('brings the bundles of the specification from size %d to %d', (from, to) => {
  const held = entries.slice(from - (from % 256), from);
  const { full, partial } = extendBundles(from, held, entries.slice(from, to));
  const bundles = [...full, ...partialBundle(to, partial)];
  const expected = [...tilesBetween(from, to)].filter((tile) => tile.level === 'entries');
  expect(bundles.map((bundle) => bundle.tile)).toEqual(expected);
  for (const { tile, bytes } of bundles) {
    const first = tile.index * 256;
    expect(decodeBundle(bytes).map((entry) => Buffer.from(entry))).toEqual(entries.slice(first, first + tile.width));
  }
  expect(partial).toEqual(entries.slice(to - (to % 256), to));
});

it('brings none without entries', () => {
  expect(extendBundles(0, [], [])).toEqual({ full: [], partial: [] });
  expect(extendBundles(512, [], [])).toEqual({ full: [], partial: [] });
  expect(partialBundle(512, [])).toEqual([]);
});
