import { randomUUID } from 'node:crypto';
import { orderFor } from '#client/order.js';
import { sha256 } from '#exchange/commitment.js';
import { ERASURE_HEADER, ERASURE_TYPE } from '#exchange/erasure.js';
import { DECISION_HEADER } from '#exchange/tokens.js';
import { randomOf } from '../../../test/fuzz/random.js';
import { aRequest } from '../../../test/sources/residents.js';
import {
  badRequestOf,
  faultOf,
  notTaken,
  tell,
  type ValidRequest,
  type ValidRequests,
} from '../../../test/support/bad-request.js';
import { rowsOf } from '../../../test/support/postgres.js';
import { sendRaw } from '../../../test/support/raw-request.js';
import { operationsOf } from '../../../test/system/documented-operation.js';
import { AdapterStage } from './adapter-under-test.js';
import { residentsInPostgres } from './residents-in-postgres.js';

let stage: AdapterStage;
let url: string;

beforeAll(async () => {
  stage = await AdapterStage.set(await residentsInPostgres());
  await stage.begin();
  url = await stage.start();
});
afterAll(() => stage[Symbol.asyncDispose]());

const gets = (target: string) => (): readonly ValidRequest[] => [{ target }];

/** What a department's caller may send, under a decision on just that. */
const asked = (...request: Parameters<typeof aRequest>): ValidRequest => ({
  target: '/v1/release',
  body: JSON.stringify(aRequest(...request)),
  sign: ({ body = Buffer.alloc(0) }) => ({ [DECISION_HEADER]: stage.decided(body).decision }),
});

const ordered = (erasure: object): ValidRequest => ({
  target: '/v1/erasures',
  body: JSON.stringify({ ground: 'unlawful', salt: sha256('salt'), ...erasure }),
  sign: ({ body }) => {
    const purpose = { source: 'adapter/population', type: ERASURE_TYPE };
    return { [ERASURE_HEADER]: orderFor(String(body), purpose, stage.operator, Date.now()) };
  },
});

/** Of every operation that an adapter documents. */
const valid: ValidRequests = {
  'POST /v1/release': () => [
    asked({ select: ['name', 'resident_id'], where: [{ field: 'resident_id', op: 'eq', value: 'r007' }] }),
    asked({ where: [{ field: 'birth_date', op: 'between', value: ['1988-01-01', '1988-02-29'] }], limit: 5 }),
    asked({ where: [{ field: 'household_size', op: 'gte', value: 3 }], orderBy: [{ field: 'district' }] }),
  ],
  'POST /v1/erasures': () => [ordered({ subject: 'nobody' }), ordered({ exchanges: [randomUUID()], dryRun: true })],
  'GET /v1/resources': gets('/v1/resources'),
  'GET /health/live': gets('/health/live'),
  'GET /health/ready': gets('/health/ready'),
  'GET /metrics': gets('/metrics'),
};

it('names every operation that an adapter documents, and what each of them takes', async () => {
  const documented = operationsOf(await (await fetch(`${url}/docs/openapi.json`)).json()).map(({ name }) => name);
  expect(documented.filter((name) => !(name in valid))).toEqual([]);
  expect(await notTaken(url, valid)).toEqual([]);
});

it('refuses whatever is made of a valid request by what is wrong with it, and breaks on nothing', async () => {
  const broken: unknown[] = [];
  for (let number = 0; number < 2000; number += 1) {
    const request = badRequestOf(valid, randomOf(13, number));
    const answer = await sendRaw(url, request);
    const tells = /secret_|张三|138\d|outbox/.exec(answer.status < 400 ? '' : answer.body)?.[0];
    const fault = faultOf(request, answer) ?? (tells === undefined ? undefined : `tells ${tells}: ${answer.body}`);
    if (fault !== undefined) broken.push({ number, fault, request: tell(request) });
  }
  expect(broken).toEqual([]);
  expect(await notTaken(url, valid)).toEqual([]);
  // 50 is an error, 60 an end. That nobody is at the ledger's address is the stage's doing.
  const errors = stage.logged.filter((line) => /"level":[56]0/.test(line) && !line.includes('the outbox met an error'));
  expect(errors).toEqual([]);
  const half = `SELECT id FROM release FULL JOIN outbox USING (id) WHERE release.entry IS DISTINCT FROM outbox.data`;
  expect(await rowsOf(stage.own.url, half)).toEqual([]);
}, 120_000);
