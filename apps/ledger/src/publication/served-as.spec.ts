import { servedAs } from './served-as.js';

it('lets full tiles be kept for ever, partial ones for a minute, and the checkpoint not at all', () => {
  const bytes = 'application/octet-stream';
  const immutable = { contentType: bytes, cacheControl: 'public, max-age=31536000, immutable' };
  expect(servedAs('tile/0/x001/067')).toEqual(immutable);
  expect(servedAs('tile/entries/000')).toEqual(immutable);
  expect(servedAs('tile/0/x001/067.p/3')).toEqual({ contentType: bytes, cacheControl: 'public, max-age=60' });
  expect(servedAs('checkpoint')).toEqual({ contentType: 'text/plain; charset=utf-8', cacheControl: 'no-cache' });
});

it('lets the versions of a list be kept for ever, and the newest under its own name not at all', () => {
  const contentType = 'text/plain; charset=utf-8';
  expect(servedAs('lists/12')).toEqual({ contentType, cacheControl: 'public, max-age=31536000, immutable' });
  expect(servedAs('shards')).toEqual({ contentType, cacheControl: 'no-cache' });
  expect(servedAs('.lists/12')).toEqual({ contentType, cacheControl: 'no-cache' });
});
