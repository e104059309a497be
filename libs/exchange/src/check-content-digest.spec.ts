import { createHash } from 'node:crypto';
import { checkContentDigest } from './check-content-digest.js';
import { contentDigest } from './signature-profile.js';

const body = Buffer.from('{"hello": "world"}');

describe('Content-Digest', () => {
  const sha512 = `sha-512=:${createHash('sha512').update(body).digest('base64')}:`;
  const sha256 = contentDigest(body);
  const other = contentDigest(Buffer.from('other'));
  const check = (header: string) => checkContentDigest(header, body)?.code ?? 'fits';

  it.each([
    ['sha-256', sha256, 'fits'],
    ['sha-256 and sha-512', `${sha256}, ${sha512}`, 'fits'],
    ['sha-512 and sha-256', `${sha512}, ${sha256}`, 'fits'],
    ['sha-512 alone', sha512, 'SIGNATURE_INCOMPLETE'],
    ['that of another body', other, 'DIGEST_MISMATCH'],
    [
      'sha-256 that fits with sha-512 that does not',
      `${sha256}, ${sha512.replace(/:./, ':_').replace('_', 'A')}`,
      'DIGEST_MISMATCH',
    ],
    ['sha-256 twice', `${other}, ${sha256}`, 'SIGNATURE_MALFORMED'],
    ['md5 beside it', `${sha256}, md5=:AAAAAAAAAAAAAAAAAAAAAA==:`, 'SIGNATURE_MALFORMED'],
    ['parameters', `${sha256};a`, 'SIGNATURE_MALFORMED'],
    ['text for bytes', 'sha-256="AAAA"', 'SIGNATURE_MALFORMED'],
    ['nothing', '', 'SIGNATURE_MALFORMED'],
    ['rubbish', 'sha-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=', 'SIGNATURE_MALFORMED'],
  ])('with %s: %s', (_name, header, expected) => {
    expect(check(header)).toBe(expected);
  });
});
