import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { generateSigningKey, importPublicJwk, publicJwk } from '#exchange/keys.js';
import { signOrder } from '#exchange/operator-order.js';
import { Problem } from '#exchange/problem.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/postgres.js';
import { openDatabase } from '../database/open-database.js';
import { SignedRequestRepository } from '../replay/signed-request.repository.js';
import { SignedRequestTables1700000000400 } from '../replay/signed-request-tables.migration.js';
import { SignedRequests } from '../replay/signed-requests.js';
import { OperatorOrders } from './operator-orders.js';

const operator = generateSigningKey();
const trust = {
  ...{ audience: 'ledger@sluice.test/evidence', type: 'sluice-test+jwt' },
  keys: new Map([[operator.kid, importPublicJwk(publicJwk(operator.key)).key]]),
};
const START = Date.parse('2026-11-23T09:00:00Z');
const body = Buffer.from('{"read":"all"}');

let own: TestDatabase;
let database: DataSource;
let repository: SignedRequestRepository;

beforeAll(async () => {
  own = await createTestDatabase();
  database = await openDatabase({ url: own.url, name: 'orders', migrations: [SignedRequestTables1700000000400] });
  repository = new SignedRequestRepository(database);
});
afterAll(async () => {
  await database.destroy();
  await own.drop();
});

/** A process of a service whose clock shows this. */
function desk(at: number): OperatorOrders {
  const now = () => new Date(at);
  const requests = new SignedRequests(repository, now, (error) => {
    throw error;
  });
  return new OperatorOrders(trust, requests, now);
}
const order = (at: number) => signOrder(body.toString(), trust, operator, { now: at, jti: randomUUID() });
const outcome = (token: string, at: number) =>
  desk(at)
    .take(token, body)
    .catch((error: unknown) => (error instanceof Problem ? error.code : String(error)));

it('takes one once, in whichever of two processes it comes first', async () => {
  const one = order(START);
  const taken = await Promise.all([outcome(one, START), outcome(one, START)]);
  expect(taken.toSorted()).toEqual([operator.kid, 'REPLAYED'].toSorted());
  expect(await outcome(order(START), START)).toBe(operator.kid);
});

it('takes none again that was forgotten, however far back the clock goes', async () => {
  const one = order(START + 1000);
  expect(await outcome(one, START + 1000)).toBe(operator.kid);
  await repository.forget(new Date(START + 3_600_000));
  expect(await database.query('SELECT 1 FROM signed_request')).toEqual([]);
  expect(await outcome(one, START + 1000)).toBe('REPLAYED');
});

it('takes none of which it cannot tell whether it came before', async () => {
  await database.query('ALTER TABLE signed_request RENAME TO elsewhere');
  expect(await outcome(order(START + 10_000), START + 10_000)).toBe('RECORD_UNAVAILABLE');
  await database.query('ALTER TABLE elsewhere RENAME TO signed_request');
});
