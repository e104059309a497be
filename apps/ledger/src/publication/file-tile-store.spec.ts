import { jest } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readdir, symlink, utimes, writeFile } from 'node:fs/promises';
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
  async function stopped(): Promise<void> {
    const name = `next-${createHash('sha256').update('checkpoint').update(one).digest('hex')}`;
    await writeFile(join(folder.path, '.incoming', 'written'), two);
    await symlink('written', join(folder.path, '.incoming', name));
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
    await stopped();
    expect(await store.swap('checkpoint', one, two)).toBe(false);
    expect(await store.read('checkpoint')).toEqual(three);
    expect(await store.swap('checkpoint', one, two)).toBe(false);
    expect(await readdir(join(folder.path, '.incoming'))).toEqual(['written']);
  });
});

describe('of swaps that meet', () => {
  /** A process that stops where it reads what is there for the first time: after that, or before. */
  async function halted(where: 'before' | 'after') {
    const other = await FileTileStore.open(folder.path);
    const read = other.read.bind(other);
    const reached = Promise.withResolvers<undefined>();
    const goOn = Promise.withResolvers<undefined>();
    jest.spyOn(other, 'read').mockImplementationOnce(async (path) => {
      const early = where === 'after' ? await read(path) : undefined;
      reached.resolve(undefined);
      await goOn.promise;
      return early ?? read(path);
    });
    const swap = (bytes: Buffer) => other.swap('checkpoint', one, bytes);
    return {
      swap,
      reached: reached.promise,
      goOn: () => {
        goOn.resolve(undefined);
      },
    };
  }

  it('none that lost is shown by one that woke up late', async () => {
    await store.create('checkpoint', one);
    const [winner, late, loser] = [await halted('after'), await halted('after'), await halted('before')];
    const won = winner.swap(two);
    await winner.reached;
    const lateOne = late.swap(three);
    await late.reached;
    winner.goOn();
    expect(await won).toBe(true);
    const lost = loser.swap(Buffer.from('four'));
    await loser.reached;
    late.goOn();
    expect(await lateOne).toBe(false);
    expect(await store.read('checkpoint')).toEqual(two);
    loser.goOn();
    expect(await lost).toBe(false);
    expect(await store.read('checkpoint')).toEqual(two);
    expect(await readdir(join(folder.path, '.incoming'))).toEqual([]);
  });

  it('the one whose work another finished is told that it was the one', async () => {
    await store.create('checkpoint', one);
    const winner = await halted('before');
    const won = winner.swap(two);
    await winner.reached;
    expect(await store.swap('checkpoint', one, three)).toBe(false);
    winner.goOn();
    expect(await won).toBe(true);
    expect(await store.read('checkpoint')).toEqual(two);
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
