import { createPublicKey, webcrypto } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import { generateSigningKey, type Algorithm } from '#exchange/keys.js';
import { verifyRequest } from '../signature/verify-request.js';
import { browserSigner } from './browser-signer.js';

interface PageRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What a browser's page has, and no more. */
function aPage(script: string): (request: PageRequest) => Promise<PageRequest> {
  const page: { interceptRequest?: (request: PageRequest) => Promise<PageRequest> } & Record<string, unknown> = {
    ...{ crypto: webcrypto, TextEncoder, URL, btoa, Uint8Array },
    location: { href: 'http://127.0.0.1:8800/docs', origin: 'http://127.0.0.1:8800' },
  };
  page.globalThis = page;
  runInNewContext(script, page);
  if (page.interceptRequest === undefined) throw new Error('the script defines nothing');
  return page.interceptRequest;
}

const BODY = '{"officer":"王敏"}';

it.each<[Algorithm, string, string | undefined]>([
  ['EdDSA', '/v1/exchange', BODY],
  ['ES256', '/v1/exchange', BODY],
  ['EdDSA', '/v1/admin/systems?limit=3', undefined],
])('signs by %s what the gateway takes: %s', async (algorithm, target, body) => {
  const key = generateSigningKey(algorithm);
  const intercept = aPage(browserSigner(key));
  const method = body === undefined ? 'GET' : 'POST';
  const sent = await intercept({
    url: `http://127.0.0.1:8800${target}`,
    method,
    headers: { accept: '*/*' },
    ...(body === undefined ? {} : { body }),
  });
  const rawHeaders = ['Host', '127.0.0.1:8800', ...Object.entries(sent.headers).flat()];
  const result = verifyRequest(
    { route: target, method, target, rawHeaders, body: Buffer.from(body ?? '') },
    {
      authorities: new Set(['127.0.0.1:8800']),
      findKey: (kid) =>
        kid === key.kid ? { system: 'housing/eligibility', publicKey: createPublicKey(key.key) } : undefined,
      now: new Date(),
    },
  );
  expect(result).toMatchObject({ ok: true, caller: { system: 'housing/eligibility', keyid: key.kid } });
});

it('signs administration as the operator, and nothing else', async () => {
  const [asker, operator] = [generateSigningKey('EdDSA'), generateSigningKey('ES256')];
  const intercept = aPage(browserSigner(asker, operator));
  const signer = async (target: string) => {
    const { headers } = await intercept({ url: `http://127.0.0.1:8800${target}`, method: 'GET', headers: {} });
    return /keyid="([^"]+)"/.exec(headers['Signature-Input']!)?.[1];
  };
  expect(await signer('/v1/admin/systems')).toBe(operator.kid);
  expect(await signer('/v1/resources')).toBe(asker.kid);
});

it('signs nothing that goes elsewhere', async () => {
  const intercept = aPage(browserSigner(generateSigningKey('EdDSA')));
  const elsewhere = { url: 'http://elsewhere.example/v1/exchange', method: 'GET', headers: {} };
  expect(await intercept(elsewhere)).toBe(elsewhere);
});
