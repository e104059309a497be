import { randomUUID } from 'node:crypto';
import { generateSigningKey, publicJwk, type SigningKey } from '#exchange/keys.js';
import { sha256 } from '#exchange/commitment.js';
import { randomOf } from '../../../test/fuzz/random.js';
import {
  badRequestOf,
  faultOf,
  notTaken,
  tell,
  type ValidRequest,
  type ValidRequests,
} from '../../../test/support/bad-request.js';
import { sendRaw } from '../../../test/support/raw-request.js';
import { operationsOf } from '../../../test/system/documented-operation.js';
import { setStage, type RunningGateway, type Stage } from './gateway-under-test.js';
import { aDepartment, anAgreement, aRequest, aResource, CONSUMER, OFFICER, RESIDENT } from './registered.js';
import { send, sign, type SignedMessage } from './signed-client.js';

let stage: Stage;
let gateway: RunningGateway;
/** What may be changed and revoked: nobody asks by it. */
const spare = generateSigningKey();
const SPARE = 'housing/spare';

beforeAll(async () => {
  stage = await setStage();
  // Too many refusals are told in another test.
  gateway = await stage.start({ FAILURE_BURST: '1000000', FAILURES_PER_SECOND: '1000000' });
  await stage.register(gateway);
});
afterAll(() => stage[Symbol.asyncDispose]());

const gets = (...targets: readonly string[]) => targets.map((target): ValidRequest => ({ target }));

function by(key: () => SigningKey, target: string, body?: unknown, status = 200): readonly ValidRequest[] {
  const signed: ValidRequest['sign'] = ({ method, target: path, body: bytes }) =>
    sign(key(), method as SignedMessage['method'], path, bytes).headers;
  return [{ target, status, sign: signed, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }];
}
const asked = (...request: readonly [target: string, body?: unknown, status?: number]) =>
  by(() => stage.system, ...request);
const ordered = (...request: readonly [target: string, body?: unknown]) => by(() => stage.operator, ...request);

/** Of every operation that the gateway documents. What administers touches nothing that the exchanges need. */
const valid: ValidRequests = {
  'POST /v1/exchange': () => [
    ...asked('/v1/exchange', aRequest()),
    ...asked('/v1/exchange', aRequest({ limit: 5, orderBy: [{ field: 'name', direction: 'desc' }] })),
    ...asked('/v1/exchange', aRequest({ where: [{ field: 'born_on', op: 'lt', value: '2024-02-29' }] }), 403),
  ],
  'GET /v1/receipts/{id}': () => asked(`/v1/receipts/${randomUUID()}`, undefined, 404),
  'GET /v1/catalogue': () => asked('/v1/catalogue?limit=5&cursor=population'),
  'PUT /v1/admin/departments/{id}': () =>
    ordered(
      '/v1/admin/departments/weather',
      aDepartment(stage.adapter, { resources: [aResource({ id: 'weather/days' })] }),
    ),
  'GET /v1/admin/departments': () => ordered('/v1/admin/departments?limit=5'),
  'PUT /v1/admin/systems/{department}/{name}': () =>
    ordered(`/v1/admin/systems/${SPARE}`, { title: { zh: '备用', en: 'Spare' } }),
  'GET /v1/admin/systems': () => ordered('/v1/admin/systems?limit=5&cursor=housing'),
  'PUT /v1/admin/systems/{department}/{name}/keys/{kid}': () => {
    const key = { jwk: publicJwk(spare.key), notBefore: '2026-01-01T00:00:00Z', notAfter: '2029-02-28T23:59:59+08:00' };
    return ordered(`/v1/admin/systems/${SPARE}/keys/${spare.kid}`, key);
  },
  'PUT /v1/admin/agreements/{id}': () =>
    ordered(
      '/v1/admin/agreements/spare',
      anAgreement({ id: 'spare', consumer: SPARE, quota: { limit: 10, per: 'day' } }),
    ),
  'GET /v1/admin/agreements': () => ordered(`/v1/admin/agreements?limit=5&consumer=${encodeURIComponent(CONSUMER)}`),
  'GET /v1/admin/agreements/{id}/versions': () => ordered('/v1/admin/agreements/housing-population/versions?limit=5'),
  'POST /v1/admin/erasures': () => [
    ...ordered('/v1/admin/erasures', { subject: 'nobody', ground: 'unlawful', salt: sha256('salt') }),
    ...ordered('/v1/admin/erasures', { exchanges: [randomUUID()], ground: 'unlawful', salt: sha256('salt') }),
  ],
  'POST /v1/admin/systems/{department}/{name}/keys/{kid}/revoke': () =>
    ordered(`/v1/admin/systems/${SPARE}/keys/${spare.kid}/revoke`),
  'GET /problems': () => gets('/problems'),
  'GET /health/live': () => gets('/health/live'),
  'GET /health/ready': () => gets('/health/ready'),
  'GET /metrics': () => gets('/metrics'),
};

it('names every operation that the gateway documents, and what each of them takes', async () => {
  const page = await send(gateway.origin, { method: 'GET', path: '/docs/openapi.json', headers: {}, body: undefined });
  const documented = operationsOf(page.json()).map(({ name }) => name);
  expect(documented.filter((name) => !(name in valid))).toEqual([]);
  expect(await notTaken(gateway.origin, valid)).toEqual([]);
});

/** Decisions that have no event of their own, or no detail that opens it. */
async function halfRecorded(): Promise<readonly unknown[]> {
  return stage.query(
    `SELECT id FROM access_decision d WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.id = d.id AND outbox.data = d.entry)
       OR NOT EXISTS (SELECT 1 FROM access_detail WHERE access_detail.id = d.id)`,
  );
}

it('refuses whatever is made of a valid request by what is wrong with it, and breaks on nothing', async () => {
  const tables = await stage.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_name LIKE '%\\_%'`,
  );
  expect(tables.map(({ name }) => name)).toContain('access_decision');
  const secrets = [...tables.map(({ name }) => name), OFFICER, RESIDENT, stage.adapter.url];
  const broken: unknown[] = [];
  for (let number = 0; number < 2000; number += 1) {
    const request = badRequestOf(valid, randomOf(12, number));
    const answer = await sendRaw(gateway.origin, request);
    const told = answer.status < 400 ? undefined : secrets.find((secret) => answer.body.includes(secret));
    const fault = faultOf(request, answer) ?? (told === undefined ? undefined : `tells ${told}: ${answer.body}`);
    if (fault !== undefined) broken.push({ number, fault, request: tell(request) });
  }
  expect(broken).toEqual([]);
  expect(await halfRecorded()).toEqual([]);
  expect(await notTaken(gateway.origin, { 'POST /v1/exchange': valid['POST /v1/exchange']! })).toEqual([]);
  // 50 is an error, 60 an end.
  expect(gateway.lines.filter((line) => /"level":[56]0/.test(line))).toEqual([]);
}, 120_000);
