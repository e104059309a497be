import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { PgBoss } from 'pg-boss';
import { v7 as uuidV7 } from 'uuid';
import { accessReleasedV1 } from '#events/access-released.v1.js';
import { LEDGER_TOPIC, type SluiceEvent } from '#events/contract.js';
import { proveBatch } from '#events/batch-proof.js';
import { encode } from '#events/encode.js';
import { registryChangedV1 } from '#events/registry-changed.v1.js';
import { generateSigningKey, publicJwk, type SigningKey } from '#exchange/keys.js';
import { packAndProve, toCloudEvent, type PackedBatch } from '#platform/transport/event-batch.js';
import { createBoss } from '#platform/transport/embedded/create-boss.js';
import { sendBatch } from '#platform/transport/embedded/stored-batch.js';
import { until } from '../../../test/support/until.js';
import { runningLedger, type RunningLedger } from './a-service.js';
import { SOURCES, SOURCE_KEY, anEvent } from './entries.js';

const population = generateSigningKey();
const transport = generateSigningKey('ES256');
const next = generateSigningKey();
const HASH = 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg';
let ledger: RunningLedger;
/** Whoever may write to the topic. */
let anybody: PgBoss;

beforeAll(async () => {
  ledger = await runningLedger();
  const events = { kind: 'embedded' as const, url: ledger.config.database.url };
  anybody = await createBoss(events, { connections: 1, supervise: false });
  await list([publicJwk(SOURCE_KEY.key)]);
}, 60_000);
afterAll(async () => {
  await anybody.stop({ graceful: false });
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

interface Entry {
  readonly entry: { readonly type: string; readonly id: string; readonly reason?: string; readonly consumer?: string };
}

/** What came behind the log's present end, once an event of the gateway's own that came last is there. */
async function entriesOf(...sent: readonly Sent[]): Promise<Entry['entry'][]> {
  const before = (await newest(1))[0]?.entry.id;
  for (const one of sent) await send(one);
  const last = anEvent();
  await ledger.events.publish(LEDGER_TOPIC, [last]);
  await until(async () => (await newest(1))[0]?.entry.id === last.id);
  const entries = (await newest(50)).map(({ entry }) => entry);
  const end = entries.findIndex(({ id }) => id === before);
  return entries.slice(1, end === -1 ? undefined : end);
}

/** A batch with its proof, or a job that has neither. */
type Sent = PackedBatch | object[];

async function send(sent: Sent): Promise<void> {
  if ('proof' in sent) await sendBatch(anybody, LEDGER_TOPIC, sent);
  else await anybody.send(LEDGER_TOPIC, sent, { id: uuidV7() });
}

const signed = (key: SigningKey, ...events: readonly SluiceEvent[]) => packAndProve(events, key);

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
const mine = signed(SOURCE_KEY, anEvent(), anEvent());
const another = signed(SOURCE_KEY, anEvent());

it.each<[string, string, Sent]>([
  ['a variant of a real decision', 'UNPROVEN', [toCloudEvent(anEvent({ id: real.id, outcome: 'deny' }))]],
  ['a decision about a stranger', 'KEY_UNKNOWN', signed(population, anEvent({ consumer: 'nobody' }))],
  ['a decision by a key of nobody’s', 'KEY_UNKNOWN', signed(generateSigningKey(), anEvent())],
  [
    'a decision by a stranger under another’s key',
    'SIGNATURE_INVALID',
    signed({ ...next, kid: SOURCE_KEY.kid }, anEvent()),
  ],
  ['a change of the registry', 'UNPROVEN', [toCloudEvent(aRegistryChange())]],
  ['a change of the registry by a department', 'KEY_UNKNOWN', signed(population, aRegistryChange())],
  ['a release in another department’s name', 'KEY_UNKNOWN', signed(transport, aRelease('adapter/population'))],
  ['a release by the gateway', 'NOT_ITS_TYPE', signed(SOURCE_KEY, aRelease('gateway'))],
  ['a decision by a department', 'NOT_ITS_TYPE', signed(population, anEvent({ source: 'adapter/population' }))],
  ['an event of a source that nobody knows', 'SOURCE_UNKNOWN', signed(SOURCE_KEY, anEvent({ source: 'x' }))],
  ['a batch with another’s proof', 'SIGNATURE_INVALID', { ...mine, proof: another.proof }],
  ['a batch that was changed', 'SIGNATURE_INVALID', { ...mine, frame: Buffer.concat([mine.frame, Buffer.of(0)]) }],
  ['a batch with a proof of nothing', 'PROOF_MALFORMED', { ...another, proof: 'x' }],
  ['what the gateway signed and is no batch', 'NOT_AN_EVENT', noBatch()],
])('makes no entry of %s, but a tombstone with the reason %s', async (_, reason, forged) => {
  expect(await entriesOf(forged)).toEqual([expect.objectContaining({ type: 'ledger.tombstone.v1', reason })]);
  const metrics = await (await fetch(`${ledger.url}/metrics`)).text();
  expect(metrics).toMatch(new RegExp(`ledger_rejected_total\\{[^}]*reason="${reason}"[^}]*\\} [1-9]`));
});

function noBatch(): PackedBatch {
  const frame = Buffer.from('no frame');
  return { frame, proof: proveBatch(frame, SOURCE_KEY) };
}

it('takes a department’s release, and the rest of a batch in which one event was another’s', async () => {
  const batch = signed(SOURCE_KEY, anEvent(), aRelease('adapter/transport'), anEvent());
  const types = (await entriesOf(signed(population, aRelease('adapter/population')), batch)).map(({ type }) => type);
  expect(types).toEqual(['access.decided.v1', 'ledger.tombstone.v1', 'access.decided.v1', 'access.released.v1']);
});

it('takes the old key and the new while both are listed, and then the new alone, without a restart', async () => {
  const reasons = async (...sent: Sent[]) => (await entriesOf(...sent)).map(({ reason }) => reason);
  expect(await reasons(signed(next, anEvent()))).toEqual(['KEY_UNKNOWN']);
  await list([publicJwk(SOURCE_KEY.key), publicJwk(next.key)]);
  expect(await reasons(signed(next, anEvent()), signed(SOURCE_KEY, anEvent()))).toEqual([undefined, undefined]);
  await list([publicJwk(next.key)]);
  const refused = anEvent();
  await send(signed(SOURCE_KEY, refused));
  await until(async () => (await newest(1))[0]?.entry.reason === 'KEY_UNKNOWN');
  await send(signed(next, refused));
  await until(async () => (await newest(1))[0]?.entry.id === refused.id);
}, 60_000);
