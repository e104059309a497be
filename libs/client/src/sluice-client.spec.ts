import { generateSigningKey } from '#exchange/keys.js';
import { sha256 } from '#exchange/commitment.js';
import { signJws } from '#exchange/jws.js';
import { RELEASE_TYPE } from '#exchange/tokens.js';
import type { ExchangeRequestInput } from '#exchange/exchange-request.js';
import { adapterKey, claims, data, evidence, ID, promisedBy, trustFileOfTests } from '../test/evidence.js';
import { isSignedBy, problem, startPeer, type Received, type Reply } from '../test/http-peer.js';
import { ClientError } from './client-error.js';
import { SluiceClient } from './sluice-client.js';
import { readTrust } from './trust.js';

const key = generateSigningKey();
const trust = readTrust(trustFileOfTests);
const question: ExchangeRequestInput = {
  resource: 'population/residents',
  mode: 'records',
  purpose: 'gov:HousingEligibility',
  basis: { law: '公共租赁住房管理办法', article: '第九条' },
  case: 'GZF-2026-000123',
  officer: 'officer-1042',
  select: ['name', 'district'],
};

const promised = promisedBy(evidence());

const errorOf = async (act: Promise<unknown>): Promise<ClientError> => {
  try {
    await act;
  } catch (error) {
    if (error instanceof ClientError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

/** An honest gateway, in front of an honest department. */
const honest = ({ body }: Received, change: Parameters<typeof claims>[0] = {}, by = adapterKey): Reply => ({
  body: { data, release: signJws(claims({ request: sha256(body), ...change }), RELEASE_TYPE, by), receipt: promised },
});

async function asking(answer: (request: Received) => Reply, by: { trust?: typeof trust } = { trust }) {
  const peer = await startPeer(answer);
  return {
    peer,
    client: new SluiceClient({ gateway: peer.url, key, ...by }),
    [Symbol.asyncDispose]: peer[Symbol.asyncDispose],
  };
}

describe('asking', () => {
  it('sends the question signed, and gives what the department signed', async () => {
    await using set = await asking(honest);
    const asked = await set.client.ask(question);
    expect(asked).toMatchObject({ data, receipt: promised, claims: { iss: 'population', rows: 1 } });
    const [request] = set.peer.received;
    expect(request).toMatchObject({ method: 'POST', target: '/v1/exchange', body: asked.request });
    expect(JSON.parse(asked.request)).toEqual(question);
    expect(isSignedBy(key, request!)).toBe(true);
  });

  it('never signs twice alike', async () => {
    await using set = await asking(honest);
    await set.client.ask(question);
    await set.client.ask(question);
    const [first, second] = set.peer.received.map(({ headers }) => headers['signature-input']);
    expect(first).not.toBe(second);
  });

  it.each<[string, (request: Received) => Reply]>([
    ['other data', (one) => honest(one, { data: sha256('other') })],
    ['an answer to another request', (one) => honest(one, { request: sha256('other') })],
    ['the release of another exchange', (one) => honest(one, { jti: '018bcfe5-6800-8a1d-ab73-17a77cb3aedb' })],
    ['the release of another department', (one) => honest(one, { iss: 'transport' })],
    ['a release that a stranger signed', (one) => honest(one, {}, generateSigningKey())],
  ])('refuses %s', async (_name, answer) => {
    await using set = await asking(answer);
    expect((await errorOf(set.client.ask(question))).code).toBe('RELEASE_INVALID');
  });

  it('refuses the data of a department that it does not know', async () => {
    await using set = await asking(honest, { trust: { ...trust, departments: new Map() } });
    expect((await errorOf(set.client.ask(question))).code).toBe('RELEASE_INVALID');
  });

  it('without trust passes on what came, and says that nothing was checked', async () => {
    await using set = await asking((one) => honest(one, {}, generateSigningKey()), {});
    expect((await set.client.ask(question)).claims).toBeUndefined();
  });
});

describe('answers that are none', () => {
  it('are the problem, with all that it says', async () => {
    await using set = await asking(() =>
      problem(403, 'FIELD_NOT_AGREED', { detail: 'mobile', fields: ['mobile'], receipt: promised }),
    );
    const error = await errorOf(set.client.ask(question));
    expect(error).toMatchObject({
      code: 'REFUSED',
      problem: { code: 'FIELD_NOT_AGREED', fields: ['mobile'], receipt: promised },
    });
    expect(error.message).toContain('mobile');
  });

  it.each<[string, Reply]>([
    ['a page of a proxy', { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>' }],
    [
      'a problem of something else',
      { status: 400, headers: { 'content-type': 'application/problem+json' }, body: { title: 'x' } },
    ],
    ['no JSON', { body: 'hello' }],
    ['another JSON', { body: { rows: [] } }],
  ])('%s', async (_name, reply) => {
    await using set = await asking(() => reply);
    expect((await errorOf(set.client.ask(question))).code).toBe('ANSWER_UNREADABLE');
  });

  it('a redirect, since a signature is for one place', async () => {
    await using set = await asking(() => ({ status: 307, headers: { location: '/elsewhere' }, body: '' }));
    expect((await errorOf(set.client.ask(question))).code).toBe('UNREACHABLE');
    expect(set.peer.received).toHaveLength(1);
  });

  it('silence', async () => {
    const silent: typeof fetch = (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => {
          reject(init.signal?.reason as Error);
        });
      });
    const client = new SluiceClient({ gateway: 'http://127.0.0.1:1', key, fetch: silent, timeout: 1 });
    expect((await errorOf(client.ask(question))).code).toBe('UNREACHABLE');
  });

  it('nobody there', async () => {
    const { peer, client } = await asking(honest);
    await peer[Symbol.asyncDispose]();
    const error = await errorOf(client.ask(question));
    expect(error.code).toBe('UNREACHABLE');
    expect(error.message).toContain('ECONNREFUSED');
  });
});

describe('the receipt', () => {
  const { receipt } = evidence();
  const pending: Reply = {
    status: 202,
    headers: { 'retry-after': '0' },
    body: { id: ID, state: 'pending', published: [] },
  };

  it('is asked for until the log has the entries', async () => {
    let questions = 0;
    let waits = 0;
    await using set = await asking(() => ((questions += 1) < 3 ? pending : { body: receipt }));
    expect(await set.client.receipt(ID, { wait: 60_000, onWaiting: () => (waits += 1) })).toEqual(receipt);
    expect(waits).toBe(2);
    expect(set.peer.received.every((one) => isSignedBy(key, one))).toBe(true);
    expect(new Set(set.peer.received.map(({ headers }) => headers.signature)).size).toBe(3);
  });

  it.each([{ 'retry-after': '1' }, {}])(
    'is asked for again before the second is over that %j stands for',
    async (headers) => {
      let questions = 0;
      await using set = await asking(() => ((questions += 1) < 2 ? { ...pending, headers } : { body: receipt }));
      expect(await set.client.receipt(ID, { wait: 999 })).toEqual(receipt);
    },
  );

  it('is not waited for longer than was said', async () => {
    await using set = await asking(() => ({ ...pending, headers: { 'retry-after': '3600' } }));
    expect((await errorOf(set.client.receipt(ID, { wait: 60_000 }))).code).toBe('NOT_PROVEN_YET');
    expect((await errorOf(set.client.receipt(ID))).code).toBe('NOT_PROVEN_YET');
    expect(set.peer.received).toHaveLength(2);
  });

  it('of another system is not found', async () => {
    await using set = await asking(() => problem(404, 'NOT_FOUND'));
    expect((await errorOf(set.client.receipt(ID))).problem?.code).toBe('NOT_FOUND');
  });
});

it('reads the catalogue page after page', async () => {
  const titles = { zh: '一', en: 'one' };
  const item = (id: string) => ({ id, title: titles, sharing: 'conditional', fields: {} });
  await using set = await asking(({ target }) =>
    target.includes('cursor')
      ? { body: { items: [item('b/two')] } }
      : { body: { items: [item('a/one')], next: 'a/one' } },
  );
  const ids: string[] = [];
  for await (const { id } of set.client.catalogue()) ids.push(id);
  expect(ids).toEqual(['a/one', 'b/two']);
  expect(set.peer.received.map(({ target }) => target)).toEqual(['/v1/catalogue', '/v1/catalogue?cursor=a%2Fone']);
  expect(set.peer.received.every((one) => isSignedBy(key, one))).toBe(true);
});
