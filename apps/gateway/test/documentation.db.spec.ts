import { webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { z } from 'zod';
import { privateJwk } from '#exchange/keys.js';
import { setStage, type RunningGateway, type Stage } from './gateway-under-test.js';
import { aRequest } from './registered.js';
import { AUTHORITY, send, sign, type SignedMessage } from './signed-client.js';

const parameter = z.object({
  name: z.string(),
  in: z.string(),
  example: z.string().optional(),
  schema: z.looseObject({ example: z.string().optional() }).optional(),
});
const operation = z.object({
  parameters: z.array(parameter).default([]),
  requestBody: z
    .object({
      content: z.object({ 'application/json': z.object({ schema: z.looseObject({ example: z.unknown() }) }) }),
    })
    .optional(),
});
const openApi = z.object({ paths: z.record(z.string(), z.record(z.string(), operation)) });
type Operation = z.output<typeof operation>;

interface PageRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}
type Interceptor = (request: PageRequest) => Promise<PageRequest>;

let stage: Stage;
let gateway: RunningGateway;
let intercept: Interceptor;
const folder = mkdtempSync(join(tmpdir(), 'sluice-docs-'));

beforeAll(async () => {
  stage = await setStage();
  const files = { DOCS_KEY_FILE: join(folder, 'system.json'), DOCS_OPERATOR_KEY_FILE: join(folder, 'operator.json') };
  writeFileSync(files.DOCS_KEY_FILE, JSON.stringify(privateJwk(stage.system)));
  writeFileSync(files.DOCS_OPERATOR_KEY_FILE, JSON.stringify(privateJwk(stage.operator)));
  gateway = await stage.start(files);
  await stage.register(gateway);
  intercept = interceptorOf((await read('/docs')).text);
}, 30_000);
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const read = (path: string) => send(gateway.origin, { method: 'GET', path, headers: {}, body: undefined });
const documented = async () => openApi.parse((await read('/docs/openapi.json')).json()).paths;

/** What the page's own script makes of a request that a reader tries out. */
function interceptorOf(html: string): Interceptor {
  const script = /<script>\s*(\(\(\) => \{[^]*?\}\)\(\);)\s*<\/script>/.exec(html)?.[1];
  const page: { interceptRequest?: Interceptor } & Record<string, unknown> = {
    ...{ crypto: webcrypto, TextEncoder, URL, btoa, Uint8Array },
    location: { href: `http://${AUTHORITY}/docs`, origin: `http://${AUTHORITY}` },
  };
  page.globalThis = page;
  runInNewContext(script ?? '', page);
  if (page.interceptRequest === undefined) throw new Error('the page does not sign');
  return page.interceptRequest;
}

async function tryOut(path: string, method: string, { parameters, requestBody }: Operation): Promise<string> {
  const exampleOf = (name: string) => {
    const found = parameters.find((one) => one.name === name);
    return found?.example ?? found?.schema?.example ?? '';
  };
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(exampleOf(name)));
  const example = requestBody?.content['application/json'].schema.example;
  const signed = await intercept({
    url: `http://${AUTHORITY}${filled}`,
    method,
    headers: example === undefined ? {} : { 'content-type': 'application/json' },
    ...(example === undefined ? {} : { body: JSON.stringify(example) }),
  });
  const answer = await send(gateway.origin, {
    method: method.toUpperCase() as SignedMessage['method'],
    path: filled,
    headers: { ...signed.headers, host: AUTHORITY },
    body: signed.body === undefined ? undefined : Buffer.from(signed.body),
  });
  return `${method.toUpperCase()} ${path} ${answer.status}`;
}

it('names the newest access in the example of a receipt', async () => {
  const ask = async () => {
    const answer = await send(gateway.origin, sign(stage.system, 'POST', '/v1/exchange', aRequest()));
    const { id } = answer.json().receipt as { id: string };
    return id;
  };
  for (const id of [await ask(), await ask()]) expect(id).toMatch(/^[0-9a-f-]{36}$/);
  const [newest] = await stage.query<{ id: string }>('SELECT id FROM access_decision ORDER BY id DESC LIMIT 1');
  const { get } = (await documented())['/v1/receipts/{id}']!;
  expect(get?.parameters).toMatchObject([{ name: 'id', schema: { example: newest!.id } }]);
});

/** A key is revoked for ever, so that ends what other examples show. The rest is about the demonstration's own department. */
const elsewhere = ['/revoke', '/v1/exchange', '/agreements/{id}', '/agreements/{id}/versions'];

it('documents examples that run as they stand, signed by the page, and run again', async () => {
  for (const round of [1, 2]) {
    const ran: string[] = [];
    for (const [path, operations] of Object.entries(await documented())) {
      for (const [method, one] of Object.entries(operations)) {
        if (elsewhere.some((end) => path.endsWith(end))) continue;
        ran.push(await tryOut(path, method, one));
      }
    }
    expect(ran).toHaveLength(9);
    expect({ round, failed: ran.filter((line) => !/ 20[02]$/.test(line)) }).toEqual({ round, failed: [] });
  }
});
