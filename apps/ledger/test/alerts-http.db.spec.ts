import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { z } from 'zod';
import { AlertClient } from '#client/alert-client.js';
import { orderFor } from '#client/order.js';
import { accessDecidedV1 } from '#events/access-decided.v1.js';
import { LEDGER_TOPIC } from '#events/contract.js';
import { encode } from '#events/encode.js';
import { ALERT_HEADER, ALERT_TYPE, type AlertDetails, type AlertsPage } from '#exchange/alert.js';
import { generateSigningKey } from '#exchange/keys.js';
import { problemDetails } from '#exchange/problem.js';
import { waitUntil } from '#embedded/wait-until.js';
import { aPermit } from '../../../libs/reconcile/src/exchange.fixture.js';
import type { reconciliationStatus } from '../src/reconciliation/reconciliation.controller.js';
import { FAMILY_ORIGIN, OPERATOR_KEY, runningLedger, type RunningLedger } from './a-service.js';

jest.setTimeout(120_000);
const PATIENCE = 60_000;

let ledger: RunningLedger;
let client: AlertClient;
const operator = { key: OPERATOR_KEY, origin: FAMILY_ORIGIN };
/** Three permits that nothing follows, at a ledger that waits for nothing. */
const permits = Array.from({ length: 3 }, () => aPermit({ id: randomUUID() }));

beforeAll(async () => {
  ledger = await runningLedger({ RECONCILE_PAIR_WITHIN_MS: '1', RECONCILE_EVERY_MS: '20' });
  client = new AlertClient({ ledger: ledger.url, fetch, now: Date.now });
  await ledger.events.publish(
    LEDGER_TOPIC,
    permits.map((permit) => encode(accessDecidedV1, permit, { key: permit.id })),
  );
  await waitUntil(async () => (await all()).length === permits.length, PATIENCE);
});
afterAll(() => ledger[Symbol.asyncDispose]());

const all = async () => (await client.list({ limit: 200 })).items;
const get = async <T>(path: string) => (await (await fetch(`${ledger.url}${path}`)).json()) as T;
const status = () => get<z.output<typeof reconciliationStatus>>('/v1/reconciliation');
async function codeOf(path: string, init?: RequestInit): Promise<string> {
  return problemDetails.parse(await (await fetch(`${ledger.url}${path}`, init)).json()).code;
}
/** A request with an operator's order for these words. */
function ordered(said: object, key = OPERATOR_KEY, origin = FAMILY_ORIGIN) {
  const body = JSON.stringify(said);
  const order = orderFor(body, { source: 'ledger', type: ALERT_TYPE }, { key, origin }, Date.now());
  return { method: 'POST', body, headers: { 'content-type': 'application/json', [ALERT_HEADER]: order } };
}
const entriesOf = async (type: string) =>
  (await get<{ entries: { entry: Record<string, unknown> }[] }>('/v1/entries?limit=200')).entries
    .map(({ entry }) => entry)
    .filter((entry) => entry.type === type);

it('raises an alert for each, with evidence that is proven where it says', async () => {
  const items = await all();
  expect(items.map(({ exchange }) => exchange).toSorted()).toEqual(permits.map(({ id }) => id).toSorted());
  for (const { id } of items) {
    const { evidence, history, state, owner } = await client.alert(id);
    expect({ state, owner, history: history.map(({ action }) => action) }).toEqual({
      ...{ state: 'open', owner: 'population', history: ['found'] },
    });
    const proven = () => get<{ entry?: { type: string } }>(evidence[0]!.proof);
    await waitUntil(async () => (await proven()).entry?.type === 'access.decided.v1', PATIENCE);
  }
});

it('says each in the log, in its own name', async () => {
  await waitUntil(async () => (await entriesOf('reconciliation.found.v1')).length === permits.length, PATIENCE);
  const ids = (await entriesOf('reconciliation.found.v1')).map(({ id }) => String(id));
  expect(ids.toSorted()).toEqual((await all()).map(({ id }) => id).toSorted());
});

it('lists them page by page, the newest first, by state, kind, owner and time', async () => {
  const items = await all();
  const pages: AlertsPage[] = [];
  for (let cursor: string | undefined; pages.length === 0 || cursor !== undefined; cursor = pages.at(-1)?.next) {
    pages.push(await client.list({ limit: 1, cursor }));
  }
  expect(pages.flatMap((page) => page.items)).toEqual(items);
  const count = async (query: object) => (await client.list({ limit: 200, ...query })).items.length;
  expect(await count({ state: 'open', kind: 'decision-without-release', owner: 'population' })).toBe(3);
  for (const none of [{ state: 'resolved' }, { kind: 'hole' }, { owner: 'gateway' }]) expect(await count(none)).toBe(0);
  expect(await count({ from: '2100-01-01T00:00:00Z' })).toBe(0);
  expect(await count({ to: '2100-01-01T00:00:00Z' })).toBe(3);
});

it('is explained and then resolved by an operator, and the log says by whom and why, and not what was noted', async () => {
  const [alert] = await all();
  const { id } = alert!;
  const said = {
    alert: id,
    state: 'explained',
    reason: 'service-stopped',
    note: 'asked Wang Min',
    salt: 'A'.repeat(43),
  } as const;
  expect(await codeOf(`/v1/alerts/${id}/resolve`, ordered({ ...said, state: 'resolved' }))).toBe('CONFLICT');
  expect(await client.say(said, operator)).toMatchObject({ state: 'explained' });
  expect(await codeOf(`/v1/alerts/${id}/explain`, ordered(said))).toBe('CONFLICT');
  const resolved = await client.say({ alert: id, state: 'resolved', reason: 'service-stopped' }, operator);
  expect(resolved.history.map(({ action, by }) => [action, by])).toEqual([
    ['found', undefined],
    ['explained', `key:${OPERATOR_KEY.kid}`],
    ['resolved', `key:${OPERATOR_KEY.kid}`],
  ]);
  expect(JSON.stringify(resolved)).not.toContain('Wang Min');
  expect((await client.notes(id, operator)).items).toMatchObject([{ note: 'asked Wang Min' }]);
  await waitUntil(async () => (await entriesOf('alert.changed.v1')).length === 2, PATIENCE);
  const entries = await entriesOf('alert.changed.v1');
  expect(entries.map(({ alert: of, state, reason }) => [of, state, reason])).toEqual([
    [id, 'resolved', 'service-stopped'],
    [id, 'explained', 'service-stopped'],
  ]);
  expect(JSON.stringify(entries)).not.toContain('Wang Min');
});

it('obeys nobody else, and no order for other bytes or another alert', async () => {
  const open = (await client.list({ limit: 200, state: 'open' })).items;
  const [one, other] = open;
  const path = `/v1/alerts/${one!.id}/explain`;
  const said = { alert: one!.id, state: 'explained', reason: 'drill', salt: 'A'.repeat(43) };
  const code = (init: RequestInit) => codeOf(path, init);
  expect(await code(ordered(said, generateSigningKey()))).toBe('OPERATOR_REQUIRED');
  const { headers, ...rest } = ordered(said);
  expect(await code({ ...rest, headers: { 'content-type': 'application/json' } })).toBe('OPERATOR_REQUIRED');
  expect(await code({ ...rest, headers, body: JSON.stringify({ ...said, reason: 'outage' }) })).toBe('ORDER_INVALID');
  expect(await code(ordered({ ...said, alert: other!.id }))).toBe('INVALID_REQUEST');
  expect(await code(ordered({ ...said, state: 'resolved' }))).toBe('INVALID_REQUEST');
  expect(await code(ordered({ ...said, reason: 'because' }))).toBe('INVALID_REQUEST');
  expect((await client.list({ limit: 200, state: 'open' })).items).toEqual(open);
});

it('obeys an order once, in its own installation, and remembers it over a restart', async () => {
  const [{ id } = { id: '' }] = await all();
  const notes = `/v1/alerts/${id}/notes`;
  const order = ordered({ alert: id });
  expect(await codeOf(notes, ordered({ alert: id }, OPERATOR_KEY, 'another.test/log'))).toBe('ORDER_INVALID');
  const sent = await Promise.all(Array.from({ length: 5 }, () => fetch(`${ledger.url}${notes}`, order)));
  expect(sent.map((answer) => answer.status).toSorted()).toEqual([200, 409, 409, 409, 409]);
  expect(await codeOf(notes, order)).toBe('REPLAYED');
  await ledger.restart();
  client = new AlertClient({ ledger: ledger.url, fetch, now: Date.now });
  expect(await codeOf(notes, order)).toBe('REPLAYED');
  expect((await fetch(`${ledger.url}${notes}`, ordered({ alert: id }))).status).toBe(200);
});

it.each([
  ['/v1/alerts?state=closed', 'INVALID_REQUEST'],
  ['/v1/alerts?kind=x', 'INVALID_REQUEST'],
  ['/v1/alerts?kind=filled', 'INVALID_REQUEST'],
  ['/v1/alerts?limit=0', 'INVALID_REQUEST'],
  ['/v1/alerts?cursor=1', 'INVALID_REQUEST'],
  ['/v1/alerts?from=yesterday', 'INVALID_REQUEST'],
  ['/v1/alerts?to=0000-01-01T00:00:00Z', 'INVALID_REQUEST'],
  ['/v1/alerts?owner=%00', 'INVALID_REQUEST'],
  ['/v1/alerts?page=2', 'INVALID_REQUEST'],
  ['/v1/alerts/x', 'INVALID_REQUEST'],
  [`/v1/alerts/${randomUUID()}`, 'NOT_FOUND'],
])('answers %s with %s', async (path, code) => {
  expect(await codeOf(path)).toBe(code);
});

it('tells how far it is, what waits, and where the sequences are', async () => {
  await waitUntil(
    async () => (await status()).shards[0]?.lag === 0 && (await status()).sequences[0]?.head === 5,
    PATIENCE,
  );
  const { openExchanges, alerts, sequences } = await status();
  expect(openExchanges).toBe(0);
  expect(alerts).toEqual([{ kind: 'decision-without-release', state: 'open', count: 2 }]);
  expect(sequences).toMatchObject([{ source: 'ledger', party: 'ledger', head: 5, missing: 0 }]);
  const metrics = await (await fetch(`${ledger.url}/metrics`)).text();
  expect(metrics).toContain('ledger_alerts{kind="decision-without-release",state="open"} 2');
  expect(metrics).toContain('ledger_reconcile_lag_entries{shard="0"} 0');
  expect(metrics).toContain('ledger_open_exchanges 0');
});

it('keeps all of it over a restart, and says nothing twice', async () => {
  const before = await Promise.all((await all()).map(({ id }) => client.alert(id)));
  await ledger.restart();
  client = new AlertClient({ ledger: ledger.url, fetch, now: Date.now });
  const after: readonly AlertDetails[] = await Promise.all((await all()).map(({ id }) => client.alert(id)));
  expect(after).toEqual(before);
  expect(await entriesOf('reconciliation.found.v1')).toHaveLength(permits.length);
});
