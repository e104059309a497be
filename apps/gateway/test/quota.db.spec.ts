import { Client } from 'pg';
import type { Agreement } from '#policy/agreement.js';
import { until } from '../../../test/support/until.js';
import { setStage, type RunningGateway, type Stage } from './gateway-under-test.js';
import { breakTable, decisions, mendTable } from './recorded.js';
import { anAgreement, aRequest } from './registered.js';
import { send, sign, type Answer } from './signed-client.js';

let stage: Stage;
let one: RunningGateway;
let another: RunningGateway;
/** The gateways' clock stands still: no period ends in the middle of a test. Signatures are a few seconds old at most. */
const now = new Date();
const clock = () => now;

beforeAll(async () => {
  stage = await setStage();
  one = await stage.start({}, clock);
  await stage.register(one);
  another = await stage.start({}, clock);
});
afterAll(() => stage[Symbol.asyncDispose]());

const PURPOSE = (id: string) => `quota:${id.replaceAll('-', '')}`;

async function agree(id: string, quota: NonNullable<Agreement['quota']>, version = 1): Promise<void> {
  const agreement = anAgreement({ id, version, quota, purposes: [PURPOSE(id)] });
  await stage.administer(one, 'PUT', `/v1/admin/agreements/${id}`, agreement);
  await until(async () => (await ask(another, id, ['phone'])).problem().code === 'FIELD_NOT_AGREED');
}

function ask(gateway: RunningGateway, id: string, select = ['name']): Promise<Answer> {
  return send(gateway.origin, sign(stage.system, 'POST', '/v1/exchange', aRequest({ purpose: PURPOSE(id), select })));
}

const permitted = (answers: readonly Answer[]) => answers.filter(({ status }) => status === 200).length;
const used = async (id: string) =>
  Number((await stage.query<{ used: string }>('SELECT used FROM quota_use WHERE agreement = $1', [id]))[0]!.used);

it('permits as many as agreed, then says until when no more', async () => {
  await agree('three-a-day', { limit: 3, per: 'day' });
  const answers = [];
  for (let tries = 0; tries < 4; tries += 1) answers.push(await ask(one, 'three-a-day'));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
  const midnight = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1)).toISOString();
  expect(answers[3]!.problem()).toMatchObject({
    code: 'QUOTA_EXCEEDED',
    denial: { exhausted: [{ agreement: { id: 'three-a-day', version: 1 }, limit: 3, per: 'day', until: midnight }] },
  });
  expect(answers[3]!.headers['retry-after']).toBeUndefined();
  const { id } = answers[3]!.problem().receipt as { id: string };
  const recorded = (await decisions(stage)).find((each) => each.id === id);
  expect(recorded).toMatchObject({ outcome: 'deny', reason: 'QUOTA_EXCEEDED', events: 1 });
});

it.each([7, 100])('never permits more than %i, however many ask at once at two gateways', async (limit) => {
  const id = `flood-${limit}`;
  await agree(id, { limit, per: 'hour' });
  const answers = await Promise.all(
    Array.from({ length: limit + 30 }, (_, index) => ask(index % 2 === 0 ? one : another, id)),
  );
  expect(permitted(answers)).toBeLessThanOrEqual(limit);
  expect(new Set(answers.filter(({ status }) => status !== 200).map((answer) => answer.problem().code))).toEqual(
    new Set(['QUOTA_EXCEEDED']),
  );
  const rest = [];
  for (let tries = 0; tries < 30; tries += 1) rest.push(await ask(one, id), await ask(another, id));
  expect(permitted(answers) + permitted(rest)).toBe(limit);
});

it('holds to a lower limit from the version on that sets it, whatever was leased under the higher', async () => {
  await agree('lowered', { limit: 1000, per: 'day' });
  expect((await ask(one, 'lowered')).status).toBe(200);
  await agree('lowered', { limit: 5, per: 'day' }, 2);
  const answers = [];
  for (let tries = 0; tries < 8; tries += 1) answers.push(await ask(one, 'lowered'));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 429, 429, 429, 429]);
  expect(await used('lowered')).toBe(5);
});

it('gives the last permit to one of two gateways that reach for it at the same moment', async () => {
  await agree('last-one', { limit: 2, per: 'month' });
  expect((await ask(one, 'last-one')).status).toBe(200);
  const free = await holdQuota('last-one');
  const race = [ask(one, 'last-one'), ask(another, 'last-one')];
  await until(async () => (await waitingForQuota()) === 2);
  await free();
  const answers = await Promise.all(race);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 429]);
  expect(await used('last-one')).toBe(2);
});

it('goes on with the count in a new version', async () => {
  await agree('renewed', { limit: 1, per: 'day' });
  expect((await ask(one, 'renewed')).status).toBe(200);
  await agree('renewed', { limit: 2, per: 'day' }, 2);
  expect([(await ask(one, 'renewed')).status, (await ask(one, 'renewed')).status]).toEqual([200, 429]);
});

it('counts anew in the next period', async () => {
  await agree('hourly', { limit: 1, per: 'hour' });
  expect((await ask(one, 'hourly')).status).toBe(200);
  expect((await ask(one, 'hourly')).status).toBe(429);
  await stage.query("UPDATE quota_use SET period_start = period_start - interval '1 hour' WHERE agreement = 'hourly'");
  expect((await ask(one, 'hourly')).status).toBe(200);
});

it('counts no request that was denied, replayed or could not be recorded', async () => {
  await agree('denied', { limit: 1, per: 'day' });
  expect((await ask(one, 'denied', ['phone'])).status).toBe(403);
  await breakTable(stage, 'access_decision');
  expect((await ask(one, 'denied')).status).toBe(503);
  await mendTable(stage, 'access_decision');
  const message = sign(stage.system, 'POST', '/v1/exchange', aRequest({ purpose: PURPOSE('denied') }));
  expect((await send(one.origin, message)).status).toBe(200);
  await agree('denied', { limit: 2, per: 'day' }, 2);
  expect((await send(one.origin, message)).status).toBe(409);
  expect((await ask(one, 'denied')).status).toBe(200);
  expect((await ask(one, 'denied')).status).toBe(429);
});

it('counts what a department was asked for, though the answer went to nobody', async () => {
  await agree('asked', { limit: 2, per: 'day' });
  const message = sign(stage.system, 'POST', '/v1/exchange', aRequest({ purpose: PURPOSE('asked') }));
  const fresh = await stage.start({}, clock);
  expect((await send(one.origin, message)).status).toBe(200);
  await one.stop();
  one = await stage.start({}, clock);
  expect((await send(fresh.origin, message)).status).toBe(409);
  expect([(await ask(fresh, 'asked')).status, (await ask(one, 'asked')).status]).toEqual([429, 429]);
});

it('gives back what it leased and did not use when it stops', async () => {
  await agree('returned', { limit: 1000, per: 'day' });
  const third = await stage.start({}, clock);
  expect((await ask(third, 'returned')).status).toBe(200);
  expect(await used('returned')).toBe(50);
  await third.stop();
  expect(await used('returned')).toBe(1);
});

/** Whoever counts this agreement waits until it is let go. */
async function holdQuota(id: string): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: stage.databaseUrl });
  await client.connect();
  await client.query('BEGIN');
  await client.query('SELECT 1 FROM quota_use WHERE agreement = $1 FOR UPDATE', [id]);
  return () => client.end();
}

async function waitingForQuota(): Promise<number> {
  const [row] = await stage.query<{ count: number }>(
    `SELECT count(*)::int FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO quota_use%'`,
  );
  return row!.count;
}
