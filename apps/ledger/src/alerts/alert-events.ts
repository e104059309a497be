import { v7 as uuidv7 } from 'uuid';
import { alertChangedV1, type AlertChanged } from '#events/alert-changed.v1.js';
import type { SluiceEvent } from '#events/contract.js';
import { encode } from '#events/encode.js';
import { noteErasedV1 } from '#events/note-erased.v1.js';
import { reconciliationFoundV1, type ReconciliationFound } from '#events/reconciliation-found.v1.js';
import type { NoteErasure } from '#exchange/alert.js';
import type { Evidence, Finding } from '#reconcile/findings.js';
import { LEDGER_SOURCE } from './ledger-source.js';

/** Entries that one event names, at the most: an entry of the log has a limit, and the alert itself names all. */
const MOST_EVIDENCE = 32;
/** The same for members. */
const MOST_MEMBERS = 64;

/** Ids in the order of time, as the list of alerts is. */
export function newId(now: Date): string {
  return uuidv7({ msecs: now.getTime() });
}

export function foundEvent(id: string, finding: Finding, now: Date): SluiceEvent {
  const { kind, owner, subject, numbers, members, evidence } = finding;
  const entry: ReconciliationFound = {
    ...{ type: 'reconciliation.found.v1', id, source: LEDGER_SOURCE, time: now.toISOString(), kind, owner },
    ...(numbers === undefined ? { exchange: subject } : { sequence: { ...numbers, chain: subject } }),
    members: members.slice(0, MOST_MEMBERS),
    evidence: evidence.slice(0, MOST_EVIDENCE),
  };
  return encode(reconciliationFoundV1, entry, { key: id });
}

export interface Change extends Pick<
  AlertChanged,
  'alert' | 'action' | 'state' | 'by' | 'party' | 'reason' | 'commitment'
> {
  readonly evidence: readonly Evidence[];
}

/** Under the alert's own key, so that the log has its changes in their order. */
export function changedEvent(change: Change, now: Date, traceparent?: string): SluiceEvent {
  const { alert, action, state, by, party, reason, commitment, evidence } = change;
  const entry: AlertChanged = {
    ...{ type: 'alert.changed.v1', id: newId(now), source: LEDGER_SOURCE, time: now.toISOString() },
    ...{ alert, action, state },
    ...(by === undefined ? {} : { by }),
    ...(party === undefined ? {} : { party }),
    ...(reason === undefined ? {} : { reason }),
    ...(commitment === undefined ? {} : { commitment }),
    evidence: evidence.slice(0, MOST_EVIDENCE),
  };
  return encode(alertChangedV1, entry, { key: alert, traceparent });
}

export interface OrderedErasure extends NoteErasure {
  /** The operator's key: `key:<thumbprint>`. */
  readonly by: string;
  readonly at: Date;
  readonly traceparent: string;
}

export function noteErasedEvent({ alert, entry, by, ground, at, traceparent }: OrderedErasure): SluiceEvent {
  return encode(
    noteErasedV1,
    { type: 'note.erased.v1', id: entry, source: LEDGER_SOURCE, time: at.toISOString(), alert, by, ground },
    { key: alert, traceparent },
  );
}
