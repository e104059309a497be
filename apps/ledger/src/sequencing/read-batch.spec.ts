import { createHash, randomUUID } from 'node:crypto';
import type { SluiceEvent } from '#events/contract.js';
import { ledgerTombstoneV1, type LedgerTombstone } from '#events/ledger-tombstone.v1.js';
import type { OpenedPart } from '#events/source-check.js';
import { portableTreeHash } from '#merkle/tree-hash.js';
import { SOURCE_KEY, anEvent, candidateOf, poison, received, sources } from '../../test/entries.js';
import { readBatch } from './read-batch.js';

const NOW = new Date('2026-11-02T08:00:00.000Z');
const reading = { sources, shard: 3, now: NOW, hash: portableTreeHash };
const partOf = (...messages: Parameters<typeof received>[0][]): OpenedPart => ({
  key: SOURCE_KEY.kid,
  messages: messages.map(received),
});
const read = (...messages: Parameters<typeof received>[0][]) => readBatch([partOf(...messages)], reading);
const withData = (text: string, changes: Partial<SluiceEvent> = {}): SluiceEvent => ({
  ...anEvent(),
  ...changes,
  data: Buffer.from(text),
});
const entryOf = (entry: Uint8Array) => JSON.parse(Buffer.from(entry).toString()) as LedgerTombstone;

it('takes events as they are, to the byte', () => {
  const events = [anEvent(), anEvent()];
  expect(read(...events)).toEqual({ candidates: events.map(candidateOf), rejected: [] });
});

it('knows one event under two spellings of its id', () => {
  const id = randomUUID();
  expect(read(anEvent({ id: id.toUpperCase() })).candidates).toMatchObject([{ event: id }]);
});

it('puts a tombstone where a message is no event: its hash, size and reason, and nothing of its content', () => {
  const secret = '身份证 990101199001011234';
  const { candidates, rejected } = read(anEvent(), poison(secret), anEvent());
  expect(rejected).toEqual([{ part: 0, index: 1, reason: 'NOT_AN_EVENT' }]);
  expect(candidates).toHaveLength(3);
  const tombstone = entryOf(candidates[1]!.entry);
  expect(ledgerTombstoneV1.schema.parse(tombstone)).toEqual({
    type: 'ledger.tombstone.v1',
    id: candidates[1]!.event,
    source: 'ledger/3',
    time: '2026-11-02T08:00:00.000Z',
    reason: 'NOT_AN_EVENT',
    message: createHash('sha256').update(secret).digest('base64url'),
    size: Buffer.byteLength(secret),
  });
  expect(candidates[1]).toMatchObject({ tag: 1000, leaf: portableTreeHash.leaf(candidates[1]!.entry) });
});

it('gives a message that comes again the same identity, and another message another', () => {
  const ids = read(poison('x'), poison('y'), poison('x')).candidates.map((one) => one.event);
  expect(ids[0]).toBe(ids[2]);
  expect(ids[0]).not.toBe(ids[1]);
});

it('blames nobody for what another message is, whatever stands between them, and a part for all of it', () => {
  const foreign = withData('{}', { source: 'adapter/nobody' });
  const large = withData('x'.repeat(65_536));
  const unproven: OpenedPart = { fault: 'UNPROVEN', raw: Buffer.from('a frame') };
  const parts = [partOf(poison('x'), anEvent(), large), unproven, partOf(foreign, anEvent(), poison('y'), foreign)];
  const { candidates, rejected } = readBatch(parts, reading);
  expect(rejected).toEqual([
    { part: 0, index: 0, reason: 'NOT_AN_EVENT' },
    { part: 0, index: 2, reason: 'TOO_LARGE' },
    { part: 1, reason: 'UNPROVEN' },
    { part: 2, index: 0, reason: 'SOURCE_UNKNOWN' },
    { part: 2, index: 2, reason: 'NOT_AN_EVENT' },
    { part: 2, index: 3, reason: 'SOURCE_UNKNOWN' },
  ]);
  const hash = createHash('sha256').update('a frame').digest('base64url');
  expect(candidates.map(({ tag }) => tag === ledgerTombstoneV1.tag)).toEqual([
    true,
    false,
    true,
    true,
    true,
    false,
    true,
    true,
  ]);
  expect(entryOf(candidates[3]!.entry)).toMatchObject({ reason: 'UNPROVEN', message: hash, size: 7 });
});

it('hears of an event in whose part it came', () => {
  const another: OpenedPart = { key: 'of somebody else', messages: [received(anEvent())] };
  expect(readBatch([another], reading).rejected).toEqual([{ part: 0, index: 0, reason: 'KEY_UNKNOWN' }]);
});

const text = Buffer.from(anEvent().data).toString();
it.each<[string, SluiceEvent]>([
  ['TYPE_UNKNOWN', withData(text, { type: 'access.decided.v9' })],
  ['TYPE_UNKNOWN', withData(text, { type: ledgerTombstoneV1.type })],
  ['NOT_JSON', withData('{"a":')],
  ['NOT_JSON', withData('')],
  ['NOT_CANONICAL', withData('{"b":1, "a":2}')],
  ['NOT_CANONICAL', withData('"\\ud800"')],
  ['NOT_JSON', { ...anEvent(), data: Buffer.from('22ff22', 'hex') }],
  ['NOT_JSON', withData('\uFEFF{}')],
  ['SCHEMA', withData('{"national_id":"990101199001011234"}')],
  ['SCHEMA', withData('null')],
  ['ATTRIBUTES_DIFFER', { ...anEvent(), id: randomUUID() }],
  ['TOO_LARGE', withData('x'.repeat(65_536))],
  ['NOT_JSON', withData('['.repeat(65_535))],
])('rejects %s', (reason, event) => {
  expect(read(event).rejected).toEqual([{ part: 0, index: 0, reason }]);
});
