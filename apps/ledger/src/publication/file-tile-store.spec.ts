import { createHash } from 'node:crypto';
import { readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aFolder } from '../../test/a-log.js';
import { describeTileStore } from '../../test/tile-store.suite.js';
import { FileTileStore } from './file-tile-store.js';

const [one, two, three] = ['one', 'two', 'three'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];
let folder: Awaited<ReturnType<typeof aFolder>>;
let store: FileTileStore;

beforeEach(async () => {
  folder = await aFolder();
  store = await FileTileStore.open(folder.path);
});
afterEach(() => folder[Symbol.asyncDispose]());

describeTileStore(() => ({ open: () => FileTileStore.open(folder.path) }));

it('finds nothing in the place of a folder, or below a file', async () => {
  await store.create('tile/0/000.p/1', one);
  expect(await store.read('tile/0')).toBeUndefined();
  expect(await store.read('tile/0/000.p/1/2')).toBeUndefined();
});

describe('a swap whose process was stopped in the middle', () => {
  /** It had claimed what follows, and no more. */
  async function stopped(): Promise<string> {
    const claim = join(
      folder.path,
      '.incoming',
      `after-${createHash('sha256').update('checkpoint').update(one).digest('hex')}`,
    );
    await writeFile(claim, two);
    return claim;
  }

  it('is finished by the next, who is told that it was not the one', async () => {
    await store.create('checkpoint', one);
    await stopped();
    expect(await store.swap('checkpoint', one, three)).toBe(false);
    expect(await store.read('checkpoint')).toEqual(two);
    expect(await store.swap('checkpoint', two, three)).toBe(true);
    expect(await readdir(join(folder.path, '.incoming'))).toEqual([]);
  });

  it('changes nothing where others have gone on', async () => {
    await store.create('checkpoint', three);
    const claim = await stopped();
    expect(await store.swap('checkpoint', one, two)).toBe(false);
    expect(await store.read('checkpoint')).toEqual(three);
    await rm(claim);
    expect(await store.swap('checkpoint', one, two)).toBe(false);
    expect(await readdir(join(folder.path, '.incoming'))).toEqual([]);
  });
});

it('leaves nothing half-written behind, and clears away what a crash left', async () => {
  await store.create('a', one);
  await store.create('a', two);
  await store.swap('a', one, two);
  await store.swap('a', one, two);
  const incoming = join(folder.path, '.incoming');
  expect(await readdir(incoming)).toEqual([]);
  for (const name of ['old', 'young']) await writeFile(join(incoming, name), one);
  await utimes(join(incoming, 'old'), 0, 0);
  await FileTileStore.open(folder.path);
  expect(await readdir(incoming)).toEqual(['young']);
});

it('tells what is wrong with the disk, rather than that there is nothing', async () => {
  await symlink('loop', join(folder.path, 'loop'));
  await expect(store.read('loop')).rejects.toThrow('ELOOP');
  await expect(store.swap('loop', one, two)).rejects.toThrow('ELOOP');
});
