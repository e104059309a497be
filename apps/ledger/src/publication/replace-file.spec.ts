import { aFolder } from '../../test/a-log.js';
import { FileTileStore } from './file-tile-store.js';
import { replaceFile } from './replace-file.js';

const bytesOf = (number: number) => Buffer.from(String(number));

/** A store where `number` is 0, until another writer counts it up, each time that somebody is about to replace it. */
async function contested(path: string, times: number) {
  const store = await FileTileStore.open(path);
  await store.create('number', bytesOf(0));
  let rivals = 0;
  return {
    read: store.read.bind(store),
    create: store.create.bind(store),
    swap: async (name: string, expected: Uint8Array, bytes: Uint8Array) => {
      if (rivals < times) await store.swap(name, bytesOf(rivals), bytesOf((rivals += 1)));
      return store.swap(name, expected, bytes);
    },
  };
}

/** Writes a number in the place of smaller ones only. */
function write(number: number, store: Awaited<ReturnType<typeof contested>>) {
  const requireOlder = (there: Buffer) => {
    if (Number(there) > number) throw new RangeError(`${String(there)} is there`);
  };
  return replaceFile(store, { of: 'ledger.test', path: 'number', bytes: bytesOf(number), requireOlder });
}

it('comes after the writers that came before it', async () => {
  await using folder = await aFolder();
  const store = await contested(folder.path, 3);
  await write(100, store);
  expect(await store.read('number')).toEqual(bytesOf(100));
});

it('leaves what must stay, also where another writer put it there meanwhile', async () => {
  await using folder = await aFolder();
  const store = await contested(folder.path, 3);
  await expect(write(1.5, store)).rejects.toThrow('2 is there');
  expect(await store.read('number')).toEqual(bytesOf(2));
});

it('gives up where others come before it each time', async () => {
  await using folder = await aFolder();
  const store = await contested(folder.path, Infinity);
  await expect(write(100, store)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});
