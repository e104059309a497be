import { mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aFolder } from '../../test/a-log.js';
import { FileTileStore } from './file-tile-store.js';

const [one, two] = [Buffer.from('one'), Buffer.from('two')];
let folder: Awaited<ReturnType<typeof aFolder>>;
let store: FileTileStore;

beforeEach(async () => {
  folder = await aFolder();
  store = await FileTileStore.open(folder.path);
});
afterEach(() => folder[Symbol.asyncDispose]());

it('reads what was written, also by another process, and nothing where there is nothing', async () => {
  await store.create('tile/0/000.p/1', one);
  const other = await FileTileStore.open(folder.path);
  expect(await other.read('tile/0/000.p/1')).toEqual(one);
  expect(await other.read('tile/0/000')).toBeUndefined();
  expect(await other.read('tile/0')).toBeUndefined();
  expect(await other.read('tile/0/000.p/1/2')).toBeUndefined();
});

it('creates once: whoever comes second changes nothing', async () => {
  expect(await store.create('a/b', one)).toBe(true);
  expect(await store.create('a/b', two)).toBe(false);
  expect(await store.read('a/b')).toEqual(one);
});

it('lets one of many create', async () => {
  const stores = await Promise.all(Array.from({ length: 8 }, () => FileTileStore.open(folder.path)));
  const created = await Promise.all(stores.map((each, number) => each.create('a', Buffer.from(String(number)))));
  expect(created.filter(Boolean)).toHaveLength(1);
  expect((await store.read('a'))?.toString()).toBe(String(created.indexOf(true)));
});

it('replaces as a whole', async () => {
  await store.replace('checkpoint', one);
  await store.replace('checkpoint', two);
  expect(await store.read('checkpoint')).toEqual(two);
});

it('lists and removes files and folders, present or not', async () => {
  await store.create('tile/0/000', one);
  await store.create('tile/0/000.p/1', one);
  expect((await store.list('tile/0')).sort()).toEqual(['000', '000.p']);
  await store.remove('tile/0/000.p');
  await store.remove('tile/0/000.p');
  expect(await store.list('tile/0')).toEqual(['000']);
  expect(await store.list('nowhere')).toEqual([]);
  expect(await store.create('tile/0/000.p/2', two)).toBe(true);
});

it('leaves nothing half-written behind, and clears away what a crash left', async () => {
  await store.create('a', one);
  await store.create('a', two);
  await store.replace('a', two);
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
  await mkdir(join(folder.path, 'taken'));
  await expect(store.replace('taken', one)).rejects.toThrow('EISDIR');
});
