import { createHash } from 'node:crypto';
import { decode } from '#events/encode.js';
import { commit } from '#exchange/commitment.js';
import { setStage, type RunningGateway, type Stage } from './gateway-under-test.js';
import { aRequest, BASIS, CASE, CONSUMER, OFFICER } from './registered.js';
import { send, sign } from './signed-client.js';

let stage: Stage;
let gateway: RunningGateway;

beforeAll(async () => {
  stage = await setStage();
  gateway = await stage.start();
  await stage.register(gateway);
});
afterAll(() => stage[Symbol.asyncDispose]());

const ask = (change: Record<string, unknown> = {}) =>
  send(gateway.origin, sign(stage.system, 'POST', '/v1/exchange', aRequest(change)));

it('passes on what the adapter released, byte for byte, with its release and a receipt', async () => {
  const answer = await ask();
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe('application/json');
  const { data, release, receipt } = answer.json();
  expect(data).toEqual({ rows: [{ name: '王芳' }] });
  expect(answer.text.startsWith('{"data":{"rows":[{"name":"王芳"}]},"release":"')).toBe(true);
  expect(release).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  expect(receipt).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8/) as string,
    leaf: expect.stringMatching(/^[\w-]{43}$/) as string,
    mergeBy: expect.any(String) as string,
  });
});
void [createHash, decode, commit, BASIS, CASE, CONSUMER, OFFICER];
