import fc from 'fast-check';
import { damaged, flip, logFiles, withFiles, type LogFiles } from '../../test/log-files.js';
import { naiveRoot, someEntries } from '../../test/naive-tree.js';
import { nodeTreeHash } from '../node-cryptography.js';
import { readBundle } from './read-bundle.js';
import { auditTree, type TreeAuditOptions } from './audit-tree.js';

const audit = (log: LogFiles, options: TreeAuditOptions = {}) =>
  auditTree(log.head, log, { hash: nodeTreeHash, ...options });
const findings = async (log: LogFiles, options?: TreeAuditOptions) => (await audit(log, options)).findings;

const entries = someEntries(700);
const log = logFiles(entries);

describe('a log that is as it was signed', () => {
  it.each([0, 1, 255, 256, 257, 512, 700])('has no finding at size %d, and every entry is seen once', async (size) => {
    const seen: Uint8Array[] = [];
    const onEntry = (entry: Uint8Array, index: number) => {
      expect(index).toBe(seen.length);
      seen.push(entry);
    };
    const progress: number[] = [];
    const onProgress = (count: number) => progress.push(count);
    const result = await audit(logFiles(entries.slice(0, size)), { onEntry, onProgress, sizes: [] });
    expect(result).toEqual({ findings: [], more: 0, roots: new Map() });
    expect(seen).toEqual(entries.slice(0, size));
    expect(progress.at(-1) ?? 0).toBe(size);
  });

  it('has the roots of all its past', async () => {
    const sizes = [0, 1, 2, 255, 256, 257, 300, 512, 513, 699, 700];
    const { roots } = await audit(log, { sizes });
    for (const size of sizes) expect(roots.get(size)).toEqual(naiveRoot(entries.slice(0, size)));
    expect(roots.size).toBe(sizes.length);
  });

  it('is read so many bundles at a time', async () => {
    let [open, most] = [0, 0];
    const counting = {
      readTile: async (tile: Parameters<LogFiles['readTile']>[0]) => {
        most = Math.max(most, (open += 1));
        const bytes = await log.readTile(tile);
        open -= 1;
        return bytes;
      },
    };
    expect((await auditTree(log.head, counting, { ahead: 2 })).findings).toEqual([]);
    // A bundle and its hashes each.
    expect(most).toBe(4);
  });

  it('may have removed partial tiles that full ones replaced', async () => {
    const grown = logFiles(someEntries(768));
    const kept = new Map([...grown.files, ['tile/1/000.p/2', log.files.get('tile/1/000.p/2')!]]);
    expect(await findings(withFiles(log.head, kept))).toEqual([]);
  });
});

describe('one flipped bit', () => {
  it('is found in whichever file it is, at its place', async () => {
    const places = [...log.files].flatMap(([path, bytes]) => Array.from(bytes.keys(), (at) => ({ path, at })));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), fc.nat(7), async ({ path, at }, bit) => {
        const found = await findings(damaged(log, path, flip(at, 1 << bit)));
        expect(found.length).toBeGreaterThan(0);
        for (const finding of found) expect(finding.path).toBe(path);
        const places = found.map(({ byte = Infinity }) => byte);
        // In the hash, or in the entry or its length.
        expect(at - Math.min(...places)).toBeGreaterThanOrEqual(0);
        expect(at - Math.min(...places)).toBeLessThan(32);
      }),
      { numRuns: 300 },
    );
  });

  it('is told by entry in a bundle, and by hash in a tile', async () => {
    const bundle = log.files.get('tile/entries/001')!;
    const { end } = readBundle(bundle, 10);
    expect(await findings(damaged(log, 'tile/entries/001', flip(end + 2)))).toEqual([
      { code: 'ENTRY_ALTERED', path: 'tile/entries/001', byte: end, entry: 266 },
    ]);
    expect(await findings(damaged(log, 'tile/0/001', flip(330)))).toEqual([
      { code: 'HASH_ALTERED', path: 'tile/0/001', byte: 320 },
    ]);
    expect(await findings(damaged(log, 'tile/0/002.p/188', flip(0)))).toEqual([
      { code: 'HASH_ALTERED', path: 'tile/0/002.p/188', byte: 0 },
    ]);
    expect(await findings(damaged(log, 'tile/1/000.p/2', flip(40)))).toEqual([
      { code: 'HASH_ALTERED', path: 'tile/1/000.p/2', byte: 32 },
    ]);
  });

  it('in a length is told by the entry and by where the bundle breaks off', async () => {
    expect(await findings(damaged(log, 'tile/entries/000', flip(1, 4)))).toMatchObject([
      { code: 'BUNDLE_MALFORMED', path: 'tile/entries/000' },
      { code: 'ENTRY_ALTERED', path: 'tile/entries/000', byte: 0, entry: 0 },
    ]);
  });
});

describe('entries in another order', () => {
  it('are one finding, with how many they are', async () => {
    const size = 2 + entries[300]!.length;
    const turned = damaged(log, 'tile/entries/001', (bytes) =>
      Uint8Array.of(...bytes.subarray(size), ...bytes.subarray(0, size)),
    );
    expect(await findings(turned)).toEqual([
      { code: 'ENTRY_ALTERED', path: 'tile/entries/001', byte: 0, entry: 256, count: 256 },
    ]);
  });

  it('and hashes in another order are told by the runs that they make', async () => {
    const turned = damaged(log, 'tile/0/001', (bytes) =>
      Uint8Array.of(...bytes.subarray(32, 96), ...bytes.subarray(0, 32), ...bytes.subarray(96)),
    );
    expect(await findings(damaged(withFiles(log.head, turned.files), 'tile/0/001', flip(320)))).toEqual([
      { code: 'HASH_ALTERED', path: 'tile/0/001', byte: 0, count: 3 },
      { code: 'HASH_ALTERED', path: 'tile/0/001', byte: 320 },
    ]);
  });
});

describe('files that are not there, or not whole', () => {
  it.each([...log.files.keys()])('%s, once missing, is missed', async (path) => {
    expect(await findings(damaged(log, path, () => undefined))).toEqual([{ code: 'TILE_MISSING', path }]);
  });

  it.each([...log.files.keys()])('%s, once cut short, is told by where it ends', async (path) => {
    for (const change of [(bytes: Uint8Array) => bytes.slice(0, -1), (bytes: Uint8Array) => bytes.slice(0, 0)]) {
      const cut = damaged(log, path, change);
      const [finding, ...more] = await findings(cut);
      expect(finding).toMatchObject({ code: path.includes('entries') ? 'BUNDLE_MALFORMED' : 'TILE_LENGTH', path });
      expect(finding?.byte).toBeLessThanOrEqual(cut.files.get(path)!.length);
      expect(more).toEqual([]);
    }
  });

  it.each([...log.files.keys()])('%s, once longer, is told by where it should end', async (path) => {
    const byte = log.files.get(path)!.length;
    const found = await findings(damaged(log, path, (bytes) => Uint8Array.of(...bytes, 0, 0)));
    expect(found).toMatchObject([{ path, byte }]);
  });

  it('leave the entries behind them readable', async () => {
    const seen: number[] = [];
    const both = damaged(
      damaged(log, 'tile/entries/001', () => undefined),
      'tile/0/001',
      () => undefined,
    );
    const found = await findings(both, { onEntry: (_, index) => seen.push(index) });
    expect(found.map(({ path }) => path)).toEqual(['tile/entries/001', 'tile/0/001']);
    expect(seen).toHaveLength(700 - 256);
  });

  it('do not hide that what they covered was altered', async () => {
    const both = damaged(damaged(log, 'tile/entries/001', flip(5)), 'tile/0/001', () => undefined);
    expect(await findings(both)).toEqual([
      { code: 'TILE_MISSING', path: 'tile/0/001' },
      { code: 'SUBTREE_REPLACED', path: 'tile/entries/001' },
    ]);
  });
});

describe('a log that agrees with itself, and not with what was signed', () => {
  it('has another root', async () => {
    const root = log.head.root.with(0, 0);
    expect(await findings(withFiles({ ...log.head, root }, log.files))).toEqual([
      { code: 'ROOT_DIFFERS', path: 'checkpoint' },
    ]);
  });

  it('in one part, is told by the part', async () => {
    const other = logFiles(entries.with(300, new Uint8Array(9)));
    const files = new Map(log.files);
    for (const path of ['tile/entries/001', 'tile/0/001']) files.set(path, other.files.get(path)!);
    expect(await findings(withFiles(log.head, files))).toEqual([{ code: 'SUBTREE_REPLACED', path: 'tile/0/001' }]);
  });

  it('with a part that disagrees, has places of which nothing says what is right', async () => {
    const root = log.head.root.with(0, 0);
    const found = await findings(withFiles({ ...log.head, root }, damaged(log, 'tile/0/001', flip(64)).files));
    expect(found).toEqual([
      { code: 'ROOT_DIFFERS', path: 'checkpoint' },
      { code: 'HASH_DISPUTED', path: 'tile/0/001', byte: 64, entry: 258 },
    ]);
  });
});

describe('a log in which much is wrong', () => {
  const rubbish = new Map([...log.files].map(([path, bytes]) => [path, bytes.map((byte) => ~byte)]));

  it('ends with so many findings, and says how many more there are', async () => {
    const whole = await audit(withFiles(log.head, rubbish));
    const cut = await audit(withFiles(log.head, rubbish), { limit: 2 });
    expect(whole.more).toBe(0);
    expect(cut.findings).toHaveLength(2);
    expect(cut.more).toBeGreaterThan(0);
  });

  it('is told of every bundle, and of hashes that nothing vouches for', async () => {
    const { findings: found } = await audit(withFiles(log.head, rubbish));
    const bundles = [...log.files.keys()].filter((path) => path.includes('entries'));
    expect(new Set(found.map(({ path }) => path))).toEqual(new Set([...bundles, 'tile/1/000.p/2', 'checkpoint']));
  });

  it('of which nothing is there misses everything', async () => {
    const found = await findings(withFiles(log.head, new Map()));
    expect(found.map(({ code }) => code)).toEqual(Array.from(log.files, () => 'TILE_MISSING'));
  });
});

describe('a log of three levels of tiles', () => {
  const large = logFiles(someEntries(66_000));

  it.each([
    ['tile/entries/256', { code: 'ENTRY_ALTERED', entry: 65_536, byte: 0 }],
    ['tile/0/003', { code: 'HASH_ALTERED', byte: 0 }],
    ['tile/1/000', { code: 'HASH_ALTERED', byte: 0 }],
    ['tile/1/001.p/1', { code: 'HASH_ALTERED', byte: 0 }],
    ['tile/2/000.p/1', { code: 'HASH_ALTERED', byte: 0 }],
  ])('has one finding where one hash or entry of %s is altered', async (path, finding) => {
    expect(await findings(damaged(large, path, flip(2)))).toEqual([{ path, ...finding }]);
  });

  it.each(['tile/1/000', 'tile/1/001.p/1', 'tile/2/000.p/1'])('misses %s, and what was altered below', async (path) => {
    const gone = damaged(large, path, () => undefined);
    expect(await findings(damaged(gone, 'tile/entries/256', flip(3)))).toEqual([
      { code: 'TILE_MISSING', path },
      path.startsWith('tile/1/001')
        ? { code: 'HASH_DISPUTED', path: 'tile/0/256', byte: 0, entry: 65_536 }
        : { code: 'ENTRY_ALTERED', path: 'tile/entries/256', byte: 0, entry: 65_536 },
    ]);
  });
});
