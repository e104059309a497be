import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { accessReleasedV1 } from '#events/access-released.v1.js';
import { LEDGER_TOPIC, type SluiceEvent } from '#events/contract.js';
import { encode } from '#events/encode.js';
import { registryChangedV1 } from '#events/registry-changed.v1.js';
import { signEvents } from '#events/sign-events.js';
import type { EventPublisher, PublishedEvent } from '#events/transport.js';
import { generateSigningKey, publicJwk } from '#exchange/keys.js';
import { createPublisher } from '#platform/transport/transport.js';
import { runningLedger, type RunningLedger } from './a-service.js';
import { SOURCES, SOURCE_KEY, anEvent } from './entries.js';

const population = generateSigningKey();
const transport = generateSigningKey('ES256');
const next = generateSigningKey();
const HASH = 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg';
let ledger: RunningLedger;
/** Whoever may write to the topic. */
let anybody: EventPublisher;

beforeAll(async () => {
  ledger = await runningLedger();
  anybody = await createPublisher(ledger.config.transport);
  await list([publicJwk(SOURCE_KEY.key)]);
}, 60_000);
afterAll(async () => {
  await anybody.close();
  await ledger[Symbol.asyncDispose]();
});

/** What the file says from now on of the gateway, beside two departments. Resolves once the ledger goes by it. */
async function list(gateway: (typeof SOURCES)['sources'][0]['keys']): Promise<void> {
  const told = ledger.lines.filter(({ msg }) => msg === 'the list of sources was changed').length;
  const departments = [
    { source: 'adapter/population', keys: [publicJwk(population.key)] },
    { source: 'adapter/transport', keys: [publicJwk(transport.key)] },
  ];
  const sources = [{ source: 'gateway', keys: gateway }, ...departments];
  await writeFile(ledger.config.sourcesFile, JSON.stringify({ sources }));
  await until(() => ledger.lines.filter(({ msg }) => msg === 'the list of sources was changed').length > told);
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
}

interface Entry {
  readonly entry: { readonly type: string; readonly id: string; readonly reason?: string; readonly consumer?: string };
}

/** What was published behind the log's present end, once an event of the gateway's own that came last is there. */
async function entriesOf(...messages: readonly PublishedEvent[]): Promise<Entry['entry'][]> {
  const before = (await newest(1))[0]?.entry.id;
  for (const message of messages) await anybody.publish(LEDGER_TOPIC, [message]);
  const last = anEvent();
  await ledger.events.publish(LEDGER_TOPIC, [last]);
  await until(async () => (await newest(1))[0]?.entry.id === last.id);
  const entries = (await newest(50)).map(({ entry }) => entry);
  const end = entries.findIndex(({ id }) => id === before);
  return entries.slice(1, end === -1 ? undefined : end);
}

async function newest(limit: number): Promise<readonly Entry[]> {
  const answer = await fetch(`${ledger.url}/v1/entries?limit=${limit}`);
  return ((await answer.json()) as { entries: readonly Entry[] }).entries;
}

const real = anEvent();
const aRelease = (source: string): SluiceEvent => {
  const entry = {
    ...{ type: 'access.released.v1' as const, id: real.id, source, time: real.time, consumer: 'housing' },
    ...{ resource: 'population/residents', purpose: 'rental', fields: ['district'], rows: 1, policy: HASH },
    ...{ decision: HASH, commitment: HASH },
  };
  return encode(accessReleasedV1, entry, { key: real.id });
};
const aRegistryChange = (): SluiceEvent => {
  const entry = {
    ...{ type: 'registry.changed.v1' as const, id: randomUUID(), source: 'gateway', time: real.time },
    ...{ subject: 'key' as const, name: 'housing', action: 'created' as const, version: 1, by: 'key:x', content: HASH },
  };
  return encode(registryChangedV1, entry, { key: entry.id });
};
const group = signEvents([anEvent(), anEvent(), anEvent()], SOURCE_KEY);

it.each<[string, string, PublishedEvent]>([
  ['a variant of a real decision', 'UNPROVEN', anEvent({ id: real.id, outcome: 'deny' })],
  ['a decision about a stranger', 'KEY_UNKNOWN', signEvents([anEvent({ consumer: 'nobody' })], population)[0]!],
  ['a change of the registry', 'UNPROVEN', aRegistryChange()],
  ['a change of the registry by a department', 'KEY_UNKNOWN', signEvents([aRegistryChange()], population)[0]!],
  [
    'a release in another department’s name',
    'KEY_UNKNOWN',
    signEvents([aRelease('adapter/population')], transport)[0]!,
  ],
  ['a release by the gateway', 'NOT_ITS_TYPE', signEvents([aRelease('gateway')], SOURCE_KEY)[0]!],
  [
    'a decision by a department',
    'NOT_ITS_TYPE',
    signEvents([anEvent({ source: 'adapter/population' })], population)[0]!,
  ],
  ['an event of a source that nobody knows', 'SOURCE_UNKNOWN', signEvents([anEvent({ source: 'x' })], SOURCE_KEY)[0]!],
  ['an event with its neighbour’s proof', 'SIGNATURE_INVALID', { ...group[0]!, sourceproof: group[1]!.sourceproof! }],
  ['an event of which the data were changed', 'SIGNATURE_INVALID', { ...group[0]!, data: anEvent().data }],
])('makes no entry of %s, but a tombstone with the reason %s', async (_, reason, forged) => {
  expect(await entriesOf(forged)).toEqual([expect.objectContaining({ type: 'ledger.tombstone.v1', reason })]);
  const metrics = await (await fetch(`${ledger.url}/metrics`)).text();
  expect(metrics).toMatch(new RegExp(`ledger_rejected_total\\{[^}]*reason="${reason}"[^}]*\\} [1-9]`));
});

it('takes a department’s release, and the rest of a group of which one event was forged', async () => {
  const [release] = signEvents([aRelease('adapter/population')], population);
  const types = (await entriesOf(release!, group[1]!, group[2]!)).map(({ type }) => type);
  expect(types).toEqual(['access.decided.v1', 'access.decided.v1', 'access.released.v1']);
});

it('takes the old key and the new while both are listed, and then the new alone, without a restart', async () => {
  const by = (key: typeof next) => signEvents([anEvent()], key)[0]!;
  const reasons = async (...events: PublishedEvent[]) => (await entriesOf(...events)).map(({ reason }) => reason);
  expect(await reasons(by(next))).toEqual(['KEY_UNKNOWN']);
  await list([publicJwk(SOURCE_KEY.key), publicJwk(next.key)]);
  expect(await reasons(by(next), by(SOURCE_KEY))).toEqual([undefined, undefined]);
  await list([publicJwk(next.key)]);
  const refused = signEvents([anEvent()], SOURCE_KEY)[0]!;
  await anybody.publish(LEDGER_TOPIC, [refused]);
  await until(async () => (await newest(1))[0]?.entry.reason === 'KEY_UNKNOWN');
  const [again] = signEvents([refused], next);
  await anybody.publish(LEDGER_TOPIC, [again!]);
  await until(async () => (await newest(1))[0]?.entry.id === refused.id);
}, 60_000);
