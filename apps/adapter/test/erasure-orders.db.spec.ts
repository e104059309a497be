import { randomBytes } from 'node:crypto';
import { eraseAtAdapter } from '#client/erasure.js';
import { orderFor } from '#client/order.js';
import { ERASURE_HEADER, ERASURE_TYPE } from '#exchange/erasure.js';
import { problemDetails } from '#exchange/problem.js';
import { AdapterStage, send } from './adapter-under-test.js';
import { residentsInPostgres } from './residents-in-postgres.js';

let stage: AdapterStage;

beforeAll(async () => {
  stage = await AdapterStage.set(await residentsInPostgres());
});
afterAll(() => stage[Symbol.asyncDispose]());
beforeEach(() => stage.begin());
afterEach(() => stage.end());

/** As a client sends it, and as it can be sent again by who saw it. */
function ordered(by = stage.operator, source = 'adapter/population') {
  const salt = randomBytes(32).toString('base64url');
  const body = JSON.stringify({ subject: 'r007', ground: 'unlawful', dryRun: true, salt });
  const order = orderFor(body, { source, type: ERASURE_TYPE }, by, Date.now());
  return { method: 'POST', body, headers: { 'content-type': 'application/json', [ERASURE_HEADER]: order } };
}
const ask = (url: string, init: RequestInit) => fetch(`${url}/v1/erasures`, init);
const codeOf = async (url: string, init: RequestInit) => problemDetails.parse(await (await ask(url, init)).json()).code;

it('tells nobody a second time which exchanges are about a person: not at another process, and not after a restart', async () => {
  const [one, other] = [await stage.start(), await stage.start()];
  const asked = stage.asked({ where: [{ field: 'resident_id', op: 'eq', value: 'r007' }] });
  expect((await send(one, asked)).status).toBe(200);
  const order = ordered();
  const first = await ask(one, order);
  expect({ status: first.status, answer: await first.json() }).toMatchObject({ status: 200, answer: { details: 1 } });
  for (const url of [one, other]) expect(await codeOf(url, order)).toBe('REPLAYED');
  await stage.stop();
  expect(await codeOf(await stage.start(), order)).toBe('REPLAYED');
});

it('obeys no order for another department, or for one of the same name in another installation', async () => {
  const url = await stage.start();
  expect(await codeOf(url, ordered({ ...stage.operator, origin: 'staging.test/evidence' }))).toBe('ORDER_INVALID');
  expect(await codeOf(url, ordered(stage.operator, 'adapter/transport'))).toBe('ORDER_INVALID');
});

it('is ordered anew as often as a client asks', async () => {
  const url = await stage.start();
  const options = { url, department: 'population', by: stage.operator, fetch, now: Date.now };
  const erasure = { subject: 'r007', ground: 'unlawful', dryRun: true } as const;
  for (let asked = 0; asked < 2; asked += 1)
    expect(await eraseAtAdapter(erasure, options)).toMatchObject({ details: 0 });
});
