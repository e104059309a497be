import fc from 'fast-check';
import type { AccessDecided } from '../src/access-decided.v1.js';
import type { AccessFailed } from '../src/access-failed.v1.js';
import type { AccessReleased } from '../src/access-released.v1.js';
import type { AlertChanged } from '../src/alert-changed.v1.js';
import type { EventContract, EventEntry } from '../src/contract.js';
import { entryContracts } from '../src/contracts.js';
import { encode } from '../src/encode.js';
import { link } from '../src/link.js';
import { ledgerTombstoneV1, type LedgerTombstone } from '../src/ledger-tombstone.v1.js';
import type { NoteErased } from '../src/note-erased.v1.js';
import type { ReconciliationFound } from '../src/reconciliation-found.v1.js';
import type { RegistryChanged } from '../src/registry-changed.v1.js';

const code = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_:./-]{0,12}$/);
const commitment = fc.stringMatching(/^[A-Za-z0-9_-]{43}$/);
const time = fc
  .date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31') })
  .map((date) => date.toISOString());
const head = { id: fc.uuid(), source: code, time };
const version = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const agreement = fc.record({ id: code, version });
const codes = fc.array(code, { maxLength: 4 });

const decided: fc.Arbitrary<AccessDecided> = fc.record(
  {
    ...{ type: fc.constant('access.decided.v1' as const), ...head, consumer: code, authenticated: fc.boolean() },
    ...{ mode: fc.constant('records' as const), outcome: fc.constantFrom('permit' as const, 'deny' as const) },
    ...{ reason: code, resource: code, purpose: code, basis: fc.record({ law: text, article: text }) },
    ...{ select: codes, where: codes, agreements: fc.array(agreement, { maxLength: 3 }) },
    ...{ policy: commitment, repeats: fc.uuid(), commitment },
    ...{ decision: commitment, limit: fc.integer({ min: 1 }) },
  },
  {
    requiredKeys: [
      ...(['type', 'id', 'source', 'time', 'consumer', 'authenticated', 'mode', 'outcome'] as const),
      ...(['select', 'where', 'agreements', 'commitment'] as const),
    ],
  },
);
const released: fc.Arbitrary<AccessReleased> = fc.record({
  ...{ type: fc.constant('access.released.v1' as const), ...head, consumer: code, resource: code, purpose: code },
  ...{ fields: codes, rows: fc.nat(), decision: commitment, policy: commitment, commitment },
});
const failed: fc.Arbitrary<AccessFailed> = fc.record({
  ...{ type: fc.constant('access.failed.v1' as const), ...head, consumer: code, resource: code, reason: code },
});
const changed: fc.Arbitrary<RegistryChanged> = fc.record(
  {
    ...{ type: fc.constant('registry.changed.v1' as const), ...head, name: code, content: commitment, by: code },
    ...{ subject: fc.constantFrom('department' as const, 'agreement' as const), version },
    action: fc.constantFrom('created' as const, 'revoked' as const),
  },
  { requiredKeys: ['type', 'id', 'source', 'time', 'name', 'content', 'by', 'subject', 'action'] },
);
const tombstone: fc.Arbitrary<LedgerTombstone> = fc.record({
  ...{ type: fc.constant('ledger.tombstone.v1' as const), ...head, reason: code, message: commitment, size: fc.nat() },
});

const evidence = fc.array(fc.record({ shard: fc.nat(), index: fc.nat(), leaf: commitment }), { maxLength: 3 });
const number = fc.integer({ min: 1 });
const found: fc.Arbitrary<ReconciliationFound> = fc.record(
  {
    ...{ type: fc.constant('reconciliation.found.v1' as const), ...head, kind: code, owner: code, members: codes },
    ...{ evidence, exchange: fc.uuid() },
    sequence: fc.record({ source: code, chain: fc.uuid(), from: number, to: number }),
  },
  { requiredKeys: ['type', 'id', 'source', 'time', 'kind', 'owner', 'members', 'evidence'] },
);
const explained: fc.Arbitrary<AlertChanged> = fc.record(
  {
    ...{ type: fc.constant('alert.changed.v1' as const), ...head, alert: fc.uuid(), by: code, evidence },
    ...{ party: code, commitment },
    action: fc.constantFrom('came' as const, 'explained' as const),
    ...{ state: fc.constantFrom('open' as const, 'resolved' as const), reason: fc.constant('outage' as const) },
  },
  { requiredKeys: ['type', 'id', 'source', 'time', 'alert', 'action', 'state', 'evidence'] },
);

const noteErased: fc.Arbitrary<NoteErased> = fc.record({
  ...{ type: fc.constant('note.erased.v1' as const), ...head, alert: fc.uuid(), by: code },
  ground: fc.constant('unlawful' as const),
});

const contractOf = (type: string): EventContract<EventEntry> => {
  const contract = entryContracts.get(type);
  if (contract === undefined) throw new Error(`no contract ${type}`);
  return contract;
};

/** Events of every type that there has been from the beginning, before they have a place in a sequence. */
export const anUnlinkedEvent = fc
  .oneof(decided, released, failed, changed, found, explained, noteErased)
  .map((entry) => encode<EventEntry>(contractOf(entry.type), entry, { key: entry.id }));

const chainHead = fc.record({ chain: fc.uuid(), leaf: commitment, number });
const beside = fc.record({ database: fc.uuid(), heads: fc.array(chainHead, { maxLength: 3 }) });
export const aPlace = fc.record(
  { beside, chain: fc.uuid(), number, previous: commitment },
  { requiredKeys: ['chain', 'number', 'previous'] },
);
const aTombstone = tombstone.map((entry) => encode(ledgerTombstoneV1, entry, { key: entry.id }));
const aLinkedEvent = fc.tuple(anUnlinkedEvent, aPlace).map(([event, at]) => link([event], at).linked[0] ?? event);

/** Every kind of entry that a log may hold, as events. */
export const anEvent = fc.oneof(anUnlinkedEvent, aLinkedEvent, aTombstone);
