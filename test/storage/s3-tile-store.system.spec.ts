import { createServer, type AddressInfo } from 'node:net';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { S3TileStore, s3Client } from '../../apps/ledger/src/publication/s3-tile-store.js';
import type { S3Place } from '../../apps/ledger/src/publication/storage-variables.js';
import { describeTileStore } from '../../apps/ledger/test/tile-store.suite.js';
import { describeWhere } from '../support/describe-where.js';
import { s3Availability, startS3, type S3Server } from '../support/s3-server.js';

const START_MS = 300_000;
const BYTES = Buffer.from('bytes');

describeWhere('an S3 server', s3Availability())('tiles in an object store', () => {
  let server: S3Server;
  let place: S3Place;
  let client: S3Client;

  beforeAll(async () => {
    server = await startS3();
    const pathStyle = { region: 'us-east-1', pathStyle: true };
    place = { kind: 's3', bucket: '', prefix: 'logs', endpoint: server.door.url, ...pathStyle };
    client = s3Client(place);
  }, START_MS);
  afterAll(async () => {
    client.destroy();
    await server.stop();
  });
  beforeEach(async () => {
    place = { ...place, bucket: await server.newBucket() };
  });
  afterEach(() => {
    server.door.reopen();
  });

  const open = () => S3TileStore.open(client, place, 'evidence/0');

  describeTileStore(() => ({ open }));

  it('keeps each log under its own path, and nothing beside', async () => {
    const [zero, one] = await Promise.all(['log/0', 'log/1'].map((path) => S3TileStore.open(client, place, path)));
    await zero!.create('checkpoint', BYTES);
    expect(await one!.read('checkpoint')).toBeUndefined();
    const whole = await S3TileStore.open(client, place, '');
    expect((await whole.list('log')).sort()).toEqual(['0', '1']);
    expect(await whole.read('log/0/checkpoint')).toEqual(BYTES);
  });

  it('tells those who read the bucket what a file is, and how long it stays', async () => {
    const store = await open();
    const headersOf = async (path: string) => {
      await store.create(path, BYTES);
      const Key = `${place.prefix}/evidence/0/${path}`;
      const { ContentType, CacheControl } = await client.send(new GetObjectCommand({ Bucket: place.bucket, Key }));
      return [ContentType, CacheControl];
    };
    const tile = 'application/octet-stream';
    expect(await headersOf('tile/entries/000')).toEqual([tile, 'public, max-age=31536000, immutable']);
    expect(await headersOf('tile/0/000.p/7')).toEqual([tile, 'public, max-age=60']);
    const [type, cache] = await headersOf('checkpoint');
    expect([type?.replace(' ', ''), cache]).toEqual(['text/plain;charset=utf-8', 'no-cache']);
  });

  it('lists and removes more than a page of names', async () => {
    const shortPages = s3Client(place);
    shortPages.middlewareStack.add((next) => (args) => next({ ...args, input: { ...args.input, MaxKeys: 2 } }), {
      step: 'initialize',
    });
    const store = await S3TileStore.open(shortPages, place, 'log');
    const names = ['0', '1', '2', '3', '4'];
    for (const name of names) await store.create(`many/${name}`, BYTES);
    expect((await store.list('many')).sort()).toEqual(names);
    await store.remove('many');
    expect(await store.list('many')).toEqual([]);
    shortPages.destroy();
  });

  it('does not notice that the answer to a write was lost once, or the write itself', async () => {
    const store = await open();
    server.door.lose(0, 'request');
    expect(await store.create('a', BYTES)).toBe(true);
    server.door.lose(0, 'answer');
    await store.create('b', BYTES);
    expect(await store.read('b')).toEqual(BYTES);
  });

  it('says that the store is away, and goes on when it is back', async () => {
    const store = await open();
    server.door.shut();
    const away = { code: 'STORE_UNAVAILABLE', isFinal: false };
    await expect(store.read('a')).rejects.toMatchObject(away);
    await expect(store.create('a', BYTES)).rejects.toMatchObject(away);
    await expect(store.swap('a', BYTES, BYTES)).rejects.toMatchObject(away);
    await expect(store.list('a')).rejects.toMatchObject(away);
    await expect(store.remove('a')).rejects.toMatchObject(away);
    server.door.reopen();
    expect(await store.create('a', BYTES)).toBe(true);
  });

  it('gives up on a store that takes connections and says nothing', async () => {
    const silent = createServer();
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const impatient = s3Client({ ...place, endpoint }, { connect: 100, attempt: 100, operation: 1000 });
    await expect(S3TileStore.open(impatient, place, '')).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('TimeoutError') as string,
    });
    impatient.destroy();
    silent.close();
  });

  it('says what the store refuses: there is no such bucket', async () => {
    const elsewhere = { ...place, bucket: 'nowhere-at-all' };
    await expect(S3TileStore.open(client, elsewhere, 'log')).rejects.toMatchObject({
      code: 'STORE_REFUSED',
      message: expect.stringMatching(/^STORE_REFUSED: s3:\/\/nowhere-at-all\/.*NoSuchBucket/) as string,
    });
  });

  it('refuses a store that writes whatever the condition', async () => {
    const careless = s3Client(place);
    careless.middlewareStack.add(
      (next) => (args) => next({ ...args, input: { ...args.input, IfMatch: undefined, IfNoneMatch: undefined } }),
      { step: 'initialize' },
    );
    const opening = S3TileStore.open(careless, place, 'log');
    await expect(opening).rejects.toMatchObject({ code: 'STORE_UNSUITABLE', isFinal: true });
    careless.destroy();
  });
});
