import { z } from 'zod';
import { storageOf, storageVariables } from './storage-variables.js';

const storage = z.object(storageVariables).transform(storageOf);
const faultsOf = (variables: Record<string, string>) =>
  storage.safeParse(variables).error?.issues.map((issue) => issue.path.join('.')) ?? [];

it('takes a folder', () => {
  expect(storage.parse({ TILES: 'file:/var/lib/tiles' })).toEqual({
    tiles: { kind: 'files', folder: '/var/lib/tiles' },
    heads: undefined,
  });
});

it('takes a bucket of AWS, with or without a prefix, and leaves the region to the SDK', () => {
  const aws = { kind: 's3', bucket: 'our-logs', endpoint: undefined, region: undefined, pathStyle: false };
  expect(storage.parse({ TILES: 's3://our-logs' }).tiles).toEqual({ ...aws, prefix: '' });
  expect(storage.parse({ TILES: 's3://our-logs/a/b.c/' }).tiles).toEqual({ ...aws, prefix: 'a/b.c' });
});

it('takes another server, for which path style and some region are the default', () => {
  const other = { TILES: 's3://logs', S3_ENDPOINT: 'http://minio:9000' };
  const place = { endpoint: 'http://minio:9000', region: 'us-east-1', pathStyle: true };
  expect(storage.parse(other).tiles).toMatchObject(place);
  const told = { ...other, S3_REGION: 'cn-north-1', S3_PATH_STYLE: 'false' };
  expect(storage.parse(told).tiles).toMatchObject({ region: 'cn-north-1', pathStyle: false });
});

it('keeps the signed heads where it is told to', () => {
  const { tiles, heads } = storage.parse({ TILES: 'file:tiles', HEADS: 's3://promises/ours' });
  expect(tiles.kind).toBe('files');
  expect(heads).toMatchObject({ kind: 's3', bucket: 'promises', prefix: 'ours' });
});

it.each(['', 'tiles', 'file:', 's3://', 's3://A', 's3://ab/../c', 's3://logs//x', 's3://logs/x y', 'https://logs'])(
  'refuses %j as a place',
  (place) => {
    expect(faultsOf({ TILES: place })).toEqual(['TILES']);
  },
);

it('refuses an endpoint that is no web address', () => {
  expect(faultsOf({ TILES: 's3://logs', S3_ENDPOINT: 'minio:9000' })).toEqual(['S3_ENDPOINT']);
});
