import { randomBytes } from 'node:crypto';
import { candidates } from '../../test/entries.js';
import { packEntries, unpackEntries } from './packed-entries.js';

const entries = [...candidates(400).map((one) => one.entry), new Uint8Array(0), randomBytes(65_535)];

it('gives back what it packed, to the byte', async () => {
  const unpacked = await unpackEntries(await packEntries(entries), entries.length);
  expect(unpacked.map((entry) => Buffer.from(entry))).toEqual(entries.map((entry) => Buffer.from(entry)));
});

it('takes less than half the room for entries of a kind', async () => {
  const events = candidates(1000).map((one) => one.entry);
  const size = events.reduce((sum, entry) => sum + entry.length, 0);
  expect((await packEntries(events)).length).toBeLessThan(size / 2);
});

it('refuses an entry that no bundle can hold', () => {
  expect(() => packEntries([new Uint8Array(65_536)])).toThrow('over 65535');
});

it('refuses bytes that are not as many entries as they should be', async () => {
  const packed = await packEntries(entries);
  const damaged = { code: 'BATCH_DAMAGED' };
  await expect(unpackEntries(packed, entries.length - 1)).rejects.toMatchObject(damaged);
  await expect(unpackEntries(packed, entries.length + 1)).rejects.toMatchObject(damaged);
  await expect(unpackEntries(packed.subarray(0, -5), entries.length)).rejects.toMatchObject(damaged);
  await expect(unpackEntries(Buffer.from('not zstd'), 1)).rejects.toMatchObject(damaged);
  await expect(unpackEntries(await packEntries([]), 1)).rejects.toMatchObject(damaged);
});
