import { type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Condition } from '#exchange/exchange-request.js';
import { generateSigningKey, verifyBytes } from '#exchange/keys.js';
import { checkContentDigest } from '#exchange/check-content-digest.js';
import { readSignature } from '#exchange/read-signature.js';
import { componentsOf, linesOf, signatureBase, type SignedTarget } from '#exchange/signature-profile.js';
import { people } from '../../../../../test/sources/people.js';
import { aQuery } from '../../../../../test/sources/source-suite.js';
import { answerOf, aResource, open, patient, serve } from './careless-api.fixture.js';

async function asked(where: Condition[], from: object = {}): Promise<{ request: IncomingMessage; body: Buffer }> {
  const seen = Promise.withResolvers<{ request: IncomingMessage; body: Buffer }>();
  const url = await serve((request, response) => {
    response.end(answerOf([]));
    buffer(request).then((body) => {
      seen.resolve({ request, body });
    }, seen.reject);
  });
  await open(url, aResource(from)).read(aQuery({ where }), patient);
  return seen.promise;
}

describe('a request', () => {
  it('takes the conditions that the template names, encoded, and leaves out those that the question lacks', async () => {
    const { request } = await asked([
      { field: 'id', op: 'in', value: ['a&b=c', '张三'] },
      { field: 'seen', op: 'gte', value: '2024-02-29T00:00:00Z' },
      { field: 'born', op: 'eq', value: '2000-02-29' },
    ]);
    expect(request.method).toBe('GET');
    expect(request.url).toBe(
      '/api/people?ids=a%26b%3Dc&ids=%E5%BC%A0%E4%B8%89&since=2024-02-29T00%3A00%3A00Z&format=full',
    );
  });

  it('puts a condition into the path as one segment', async () => {
    const { request } = await asked([{ field: 'id', op: 'eq', value: '../admin?x=1#y' }], {
      path: '/people/{id.eq}/record',
      query: {},
    });
    expect(request.url).toBe('/api/people/..%2Fadmin%3Fx%3D1%23y/record');
  });

  it.each(['.', '..'])('does not let %j climb out of the path', async (value) => {
    const url = await serve((_, response) => response.end(answerOf(people)));
    const source = open(url, aResource({ path: '/people/{id.eq}', query: {} }));
    const reading = source.read(aQuery({ where: [{ field: 'id', op: 'eq', value }] }), patient);
    await expect(reading).rejects.toMatchObject({ code: 'FILTER_INVALID' });
    await expect(source.read(aQuery(), patient)).rejects.toMatchObject({ code: 'FILTER_INVALID' });
  });

  it('posts typed values in a JSON body', async () => {
    const from = {
      method: 'POST',
      path: '/search',
      query: {},
      body: { low: '{small.between_from}', high: '{small.between_to}', ids: '{id.in}', size: '{big.eq}', kind: 'all' },
    };
    const where: Condition[] = [
      { field: 'small', op: 'between', value: [-1, 7] },
      { field: 'id', op: 'in', value: ['p001'] },
    ];
    const { request, body } = await asked(where, from);
    expect(request.headers['content-type']).toBe('application/json');
    expect(JSON.parse(body.toString())).toEqual({ low: -1, high: 7, ids: ['p001'], kind: 'all' });
  });

  it('carries its bearer token and asks for no compression', async () => {
    const seen = Promise.withResolvers<IncomingMessage>();
    const url = await serve((request, response) => {
      seen.resolve(request);
      response.end(answerOf([]));
    });
    await open(url, aResource(), { auth: { kind: 'bearer', token: 'secret' } }).read(aQuery(), patient);
    expect((await seen.promise).headers).toMatchObject({
      authorization: 'Bearer secret',
      'accept-encoding': 'identity',
      accept: 'application/json',
    });
  });

  it('is signed over method, authority, path, query and body where the API wants signatures', async () => {
    const key = generateSigningKey();
    const seen = Promise.withResolvers<{ request: IncomingMessage; body: Buffer }>();
    const url = await serve((request, response) => {
      response.end(answerOf([]));
      buffer(request).then((body) => {
        seen.resolve({ request, body });
      }, seen.reject);
    });
    const resource = aResource({ method: 'POST', body: { id: '{id.eq}' } });
    await open(url, resource, {}, key).read(aQuery({ where: [{ field: 'id', op: 'eq', value: 'p001' }] }), patient);
    const { request, body } = await seen.promise;
    const header = (name: string) => String(request.headers[name]);
    const [path = '', query] = String(request.url).split('?');
    const target: SignedTarget = {
      method: 'POST',
      authority: header('host'),
      path,
      query: `?${String(query)}`,
      contentDigest: header('content-digest'),
    };
    const read = readSignature(header('signature-input'), header('signature'));
    if (!read.ok) throw new Error(read.detail);
    expect(read.components).toEqual(componentsOf(target));
    expect(checkContentDigest(header('content-digest'), body)).toBeUndefined();
    const base = signatureBase(linesOf(target, read.components), read.signatureParams);
    expect(verifyBytes(Buffer.from(base), key.key, read.signature)).toBe(true);
  });
});
