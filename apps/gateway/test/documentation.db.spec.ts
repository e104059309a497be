import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { generateSigningKey, privateJwk, publicJwk } from '#exchange/keys.js';
import { setStage, type RunningGateway, type Stage } from './gateway-under-test.js';
import { aRequest, CONSUMER } from './registered.js';
import { send, sign } from './signed-client.js';

const parameters = z.array(z.object({ name: z.string(), example: z.string().optional(), schema: z.unknown() }));
const openApi = z.object({ paths: z.record(z.string(), z.record(z.string(), z.object({ parameters }))) });
const KEY = '/v1/admin/systems/{department}/{name}/keys/{kid}';

let stage: Stage;
const folder = mkdtempSync(join(tmpdir(), 'sluice-docs-'));
const files = { DOCS_KEY_FILE: join(folder, 'system.json'), DOCS_OPERATOR_KEY_FILE: join(folder, 'operator.json') };

beforeAll(async () => {
  stage = await setStage();
  writeFileSync(files.DOCS_KEY_FILE, JSON.stringify(privateJwk(stage.system)));
  writeFileSync(files.DOCS_OPERATOR_KEY_FILE, JSON.stringify(privateJwk(stage.operator)));
}, 30_000);
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const read = (gateway: RunningGateway, path: string) =>
  send(gateway.origin, { method: 'GET', path, headers: {}, body: undefined });

async function exampleOf(gateway: RunningGateway, method: string, path: string, name: string): Promise<unknown> {
  const { paths } = openApi.parse((await read(gateway, '/docs/openapi.json')).json());
  const found = paths[path]?.[method]?.parameters.find((one) => one.name === name);
  return found?.example ?? z.object({ example: z.unknown() }).parse(found?.schema).example;
}

describe('in a demonstration', () => {
  let gateway: RunningGateway;

  beforeAll(async () => {
    gateway = await stage.start(files);
    await stage.register(gateway);
  });

  it('names the newest access in the example of a receipt', async () => {
    const ask = async () => {
      const answer = await send(gateway.origin, sign(stage.system, 'POST', '/v1/exchange', aRequest()));
      const { id } = answer.json().receipt as { id: string };
      return id;
    };
    for (const id of [await ask(), await ask()]) expect(id).toMatch(/^[0-9a-f-]{36}$/);
    const [newest] = await stage.query<{ id: string }>('SELECT id FROM access_decision ORDER BY id DESC LIMIT 1');
    expect(await exampleOf(gateway, 'get', '/v1/receipts/{id}', 'id')).toBe(newest!.id);
  });

  it('names a key to revoke that is registered, and is not the one that the page signs with', async () => {
    const spare = generateSigningKey();
    const path = `/v1/admin/systems/${CONSUMER}/keys/${spare.kid}`;
    await stage.administer(gateway, 'PUT', path, { jwk: publicJwk(spare.key) });
    expect(await exampleOf(gateway, 'post', `${KEY}/revoke`, 'kid')).toBe(spare.kid);
  });

  it('says in its log that the page gives keys away', () => {
    const lines = gateway.lines.filter((line) => line.includes('FOR DEMONSTRATIONS ONLY'));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({ level: 40, kids: [stage.system.kid, stage.operator.kid] });
  });
});

describe('otherwise', () => {
  let gateway: RunningGateway;

  beforeAll(async () => {
    gateway = await stage.start();
  });

  it('gives no key away, signs nothing and says nothing', async () => {
    const { text } = await read(gateway, '/docs');
    expect(text).toContain('swagger-ui');
    expect(text).not.toContain('"d"');
    expect(text).not.toContain('interceptRequest =');
    expect(gateway.lines.join('')).not.toContain('DEMONSTRATIONS');
  });

  it('shows a key to register that is another each time', async () => {
    const example = () => exampleOf(gateway, 'put', KEY, 'kid');
    const [one, other] = [await example(), await example()];
    expect(one).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(other).not.toBe(one);
  });
});
