import { receipt } from '#exchange/answer.js';
import { sha256 } from '#exchange/commitment.js';
import { generateSigningKey, publicJwk, type SigningKey } from '#exchange/keys.js';
import { setStage, type RunningGateway, type Stage } from './gateway-under-test.js';
import { aRequest, CASE, OFFICER } from './registered.js';
import { send, sign } from './signed-client.js';

let stage: Stage;
let gateway: RunningGateway;
const other: SigningKey = generateSigningKey();

beforeAll(async () => {
  stage = await setStage();
  gateway = await stage.start();
  await stage.register(gateway);
  const title = { zh: '其他', en: 'Other' };
  await stage.administer(gateway, 'PUT', '/v1/admin/systems/transport/fines', { title });
  const path = `/v1/admin/systems/transport/fines/keys/${other.kid}`;
  await stage.administer(gateway, 'PUT', path, { jwk: publicJwk(other.key) });
});
afterAll(() => stage[Symbol.asyncDispose]());

async function exchange(change: Record<string, unknown> = {}) {
  const message = sign(stage.system, 'POST', '/v1/exchange', aRequest(change));
  const answer = await send(gateway.origin, message);
  const stub = (answer.status === 200 ? answer.json() : answer.problem()).receipt as { id: string };
  return { id: stub.id, message };
}
/** As the gateway stored it, and so sent it to the ledger. */
async function stored(id: string): Promise<string> {
  const [row] = await stage.query<{ entry: string }>(
    "SELECT convert_from(entry, 'UTF8') AS entry FROM access_decision WHERE id = $1",
    [id],
  );
  return row!.entry;
}

/** What a department records that acted on this decision, as far as a receipt goes by it. */
function releaseUnder(entry: string, rows = 1): string {
  const { policy, decision } = JSON.parse(entry) as { policy: string; decision?: string };
  return JSON.stringify({ policy, decision, rows });
}

async function fail(id: string, entry: string): Promise<void> {
  await stage.query(
    "INSERT INTO access_failure VALUES ($1, now(), 'ADAPTER_TIMEOUT', convert_to($2, 'UTF8')) ON CONFLICT DO NOTHING",
    [id, entry],
  );
}
/** As the outbox leaves it once the ledger has confirmed what the gateway recorded. */
async function sequenced(id: string): Promise<void> {
  await stage.query('DELETE FROM outbox WHERE id = $1', [id]);
}
const receiptOf = (id: string, key = stage.system) => send(gateway.origin, sign(key, 'GET', `/v1/receipts/${id}`));

it('is given once decision and release are published, and until then told to come again', async () => {
  const { id, message } = await exchange();
  const early = await receiptOf(id);
  expect(early.status).toBe(202);
  expect(early.headers['retry-after']).toBe('1');
  expect(early.json()).toEqual({ id, state: 'pending', published: [] });
  const decision = await stored(id);
  stage.ledger.publish(id, 'access.decided.v1', decision);
  expect((await receiptOf(id)).json()).toEqual({ id, state: 'pending', published: ['access.decided.v1'] });
  stage.ledger.publish(id, 'access.released.v1', releaseUnder(decision));
  const answer = await receiptOf(id);
  expect(answer.status).toBe(200);
  expect(receipt.parse(answer.json())).toEqual({
    id,
    decision: expect.objectContaining({ entry: decision, index: 0 }) as unknown,
    release: expect.objectContaining({ entry: releaseUnder(decision), index: 1 }) as unknown,
    opening: {
      nonce: expect.stringMatching(/^[\w-]{43}$/) as string,
      detail: { request: sha256(message.body!), officer: OFFICER, case: CASE },
    },
  });
});

it('of a denial needs the decision alone', async () => {
  const { id } = await exchange({ select: ['phone'] });
  const denial = await stored(id);
  stage.ledger.publish(id, 'access.decided.v1', denial);
  expect(receipt.parse((await receiptOf(id)).json())).toMatchObject({ decision: { entry: denial } });
});

it('of a permit that failed has the failure instead of a release', async () => {
  const { id } = await exchange();
  await fail(id, 'the failure');
  stage.ledger.publish(id, 'access.decided.v1', await stored(id));
  stage.ledger.publish(id, 'access.failed.v1', 'the failure');
  const proven = receipt.parse((await receiptOf(id)).json());
  expect(proven).toMatchObject({ failure: { entry: 'the failure' } });
  expect(proven).not.toHaveProperty('release');
});

it('proves what this gateway recorded, whichever variants of it the ledger keeps as well', async () => {
  const { id } = await exchange();
  const decision = await stored(id);
  await fail(id, 'our failure');
  stage.ledger.publish(id, 'access.released.v1', '{"policy":"of another decision"}');
  for (const rows of [1, 2]) stage.ledger.publish(id, 'access.released.v1', releaseUnder(decision, rows));
  for (const text of [decision, '{"another":"decision"}']) stage.ledger.publish(id, 'access.decided.v1', text);
  for (const text of ['our failure', 'another failure']) stage.ledger.publish(id, 'access.failed.v1', text);
  expect(receipt.parse((await receiptOf(id)).json())).toMatchObject({
    decision: { entry: decision, index: 3 },
    release: { entry: releaseUnder(decision), index: 1 },
    failure: { entry: 'our failure', index: 5 },
  });
});

it('is not given while the ledger has another decision of the same id alone', async () => {
  const { id } = await exchange();
  stage.ledger.publish(id, 'access.decided.v1', '{"another":"decision"}');
  stage.ledger.publish(id, 'access.released.v1', releaseUnder(await stored(id)));
  const answer = await receiptOf(id);
  expect(answer.status).toBe(202);
  expect(answer.json()).toEqual({ id, state: 'pending', published: ['access.released.v1'] });
});

it('opens nothing once the detail is erased, and proves what it proved', async () => {
  const { id } = await exchange({ select: ['phone'] });
  stage.ledger.publish(id, 'access.decided.v1', await stored(id));
  await stage.query('DELETE FROM access_detail WHERE id = $1', [id]);
  expect((await receiptOf(id)).json()).not.toHaveProperty('opening');
});

it('says of what was erased who had it done, when and why, with the entry of it once it is published', async () => {
  const { id } = await exchange();
  stage.ledger.publish(id, 'access.decided.v1', await stored(id));
  stage.ledger.publish(id, 'access.released.v1', releaseUnder(await stored(id)));
  const erasure = { exchanges: [id], ground: 'unlawful', dryRun: false, salt: sha256('a salt') };
  const destroyed = await stage.administer(gateway, 'POST', '/v1/admin/erasures', erasure);
  expect(destroyed.json()).toEqual({ details: 1, exchanges: [id], dryRun: false });
  const erased = { by: `key:${stage.operator.kid}`, ground: 'unlawful', at: expect.stringMatching(/Z$/) as string };
  const early = receipt.parse((await receiptOf(id)).json());
  expect(early.erased).toEqual(erased);
  expect(early).not.toHaveProperty('opening');
  expect(early).not.toHaveProperty('erasure');
  const [row] = await stage.query<{ entry: string }>(
    "SELECT convert_from(entry, 'UTF8') AS entry FROM erasure WHERE id = $1",
    [id],
  );
  for (const entry of ['{"another":"erasure"}', row!.entry]) stage.ledger.publish(id, 'access.erased.v1', entry);
  const proven = receipt.parse((await receiptOf(id)).json());
  expect(proven).toMatchObject({ erased, erasure: { entry: row!.entry, index: 3 } });
});

it('is not found by another system, nor is what nobody asked', async () => {
  const { id } = await exchange();
  const foreign = await receiptOf(id, other);
  expect(foreign.problem()).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  const nobodys = await receiptOf('01900000-0000-8000-8000-000000000000', other);
  expect(nobodys.problem()).toEqual(foreign.problem());
});

it('is asked for by an id', async () => {
  expect((await receiptOf('1%27%20OR%201=1')).problem()).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
});

it('is told to come again while the ledger has not sequenced it, though the ledger cannot be reached', async () => {
  const { id } = await exchange();
  const gone = await stage.start({ LEDGER_URL: 'http://127.0.0.1:1' });
  const early = await send(gone.origin, sign(stage.system, 'GET', `/v1/receipts/${id}`));
  expect(early.status).toBe(202);
  expect(early.headers['retry-after']).toBe('1');
  expect(early.json()).toEqual({ id, state: 'pending', published: [] });
  await gone.stop();
});

it('says so where it is sequenced and the ledger cannot be reached, or answers rubbish', async () => {
  const { id } = await exchange();
  await sequenced(id);
  stage.ledger.fail(500);
  expect((await receiptOf(id)).problem()).toMatchObject({ status: 503, code: 'LEDGER_UNAVAILABLE' });
  stage.ledger.fail(200);
  stage.ledger.publish(id, 'access.decided.v1', 'x');
  const gone = await stage.start({ LEDGER_URL: 'http://127.0.0.1:1' });
  const answer = await send(gone.origin, sign(stage.system, 'GET', `/v1/receipts/${id}`));
  expect(answer.problem()).toMatchObject({ status: 503, code: 'LEDGER_UNAVAILABLE' });
  expect(answer.headers['retry-after']).toBe('1');
  await gone.stop();
});
