import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { EMPTY_ROOT } from '#merkle/tree-hash.js';
import { aFolder, aShard } from '../../test/a-log.js';
import { shardsOf } from '../shards/shard.js';
import { FileTileStore } from './file-tile-store.js';
import { SignedHeads } from './signed-heads.js';

const { signer } = aShard();
let folder: Awaited<ReturnType<typeof aFolder>>;
let store: FileTileStore;
let heads: SignedHeads;

beforeEach(async () => {
  folder = await aFolder();
  store = await FileTileStore.open(folder.path);
  heads = new SignedHeads(store, signer);
});
afterEach(() => folder[Symbol.asyncDispose]());

const head = (size: number) => ({ size, root: randomBytes(32) });

it('knows nothing of a new log', async () => {
  expect(await heads.newest()).toBeUndefined();
  expect(await heads.published()).toBeUndefined();
});

it('signs the checkpoint that the specification describes', async () => {
  const { note } = await heads.sign({ size: 0, root: EMPTY_ROOT });
  expect(note).toMatch(
    /^ledger\.test\/log\/0\n0\n47DEQpj8HBSa\+\/TImW\+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— ledger\.test\/log\/0 [A-Za-z0-9+/]+=*\n$/,
  );
});

it('remembers the largest that was signed, published or not', async () => {
  const [small, large] = [await heads.sign(head(9)), await heads.sign(head(10))];
  await heads.publish(small);
  expect(await heads.newest()).toEqual(large);
  expect(await heads.published()).toEqual(small);
  await store.remove('.heads');
  expect(await heads.newest()).toEqual(small);
});

it('signs one head a size, whoever asks', async () => {
  const first = await heads.sign(head(5));
  expect(await heads.sign(first)).toEqual(first);
  await expect(heads.sign(head(5))).rejects.toMatchObject({ code: 'CHECKPOINT_TAKEN' });
  const results = await Promise.allSettled(
    Array.from({ length: 8 }, () => new SignedHeads(store, signer).sign(head(6))),
  );
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
});

it('never goes back behind a size that was signed', async () => {
  await heads.sign(head(5));
  await expect(heads.sign(head(4))).rejects.toMatchObject({ code: 'PUBLISHED_AHEAD' });
});

it('shows readers no smaller head once they saw a larger one, and the same head twice', async () => {
  const [small, large] = [await heads.sign(head(9)), await heads.sign(head(10))];
  await heads.publish(large);
  await expect(heads.publish(small)).rejects.toMatchObject({ code: 'PUBLISHED_AHEAD' });
  await heads.publish(large);
  expect(await heads.published()).toEqual(large);
});

it('shows the largest of the heads that several publish at once', async () => {
  const signed = [await heads.sign(head(20)), await heads.sign(head(21)), await heads.sign(head(22))];
  await heads.publish(await heads.sign({ size: 22, root: signed[2]!.root }));
  const others = [21, 20].map((size) => signed.find((one) => one.size === size)!);
  const results = await Promise.allSettled(others.map((one) => new SignedHeads(store, signer).publish(one)));
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await heads.published()).toEqual(signed[2]);
});

it('keeps promises apart where it is told to, and notices there that the shown checkpoint went back', async () => {
  await using elsewhere = await aFolder();
  const promises = await FileTileStore.open(elsewhere.path);
  const apart = new SignedHeads(store, signer, promises);
  const [first, second] = [await apart.sign(head(1)), await apart.sign(head(2))];
  await apart.publish(first);
  expect((await promises.list('.heads')).sort()).toEqual(['1', '2']);
  expect(await store.list('.heads')).toEqual([]);
  expect(await apart.newest()).toEqual(second);
  await store.remove('checkpoint');
  expect(await apart.newest()).toEqual(second);
});

it('forgets heads once two newer ones stand', async () => {
  for (const size of [8, 9, 10, 11]) await heads.publish(await heads.sign(head(size)));
  expect((await store.list('.heads')).sort()).toEqual(['10', '11']);
});

it('refuses a checkpoint of another key, another log or no sense', async () => {
  const foreign = shardsOf('ledger.test/log', 1, generateKeyPairSync('ed25519').privateKey)[0]!.signer;
  await heads.publish(await new SignedHeads(store, foreign).sign(head(3)));
  await expect(heads.newest()).rejects.toMatchObject({ code: 'CHECKPOINT_FOREIGN' });
  await store.remove('.heads');
  await store.remove('checkpoint');
  await store.create('checkpoint', Buffer.from('no note'));
  await expect(heads.newest()).rejects.toMatchObject({ code: 'CHECKPOINT_FOREIGN' });
});
