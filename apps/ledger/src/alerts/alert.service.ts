import type { SluiceEvent } from '#events/contract.js';
import type {
  AlertDetails,
  AlertNotes,
  AlertsPage,
  AlertStatement,
  AlertSummary,
  NoteErasure,
} from '#exchange/alert.js';
import { Problem } from '#exchange/problem.js';
import type { Evidence } from '#reconcile/findings.js';
import type { AlertFilter, AlertRepository, StoredAlert, StoredChange } from './alert.repository.js';
import { requireMayChange } from './may-change.js';
import type { NoteRepository } from './note.repository.js';
import type { Speaker, Speakers } from './speakers.js';

export interface AlertParts {
  readonly alerts: AlertRepository;
  readonly notes: NoteRepository;
  readonly speakers: Pick<Speakers, 'areSeveral'>;
  /** Told of events once they are stored: see Outbox. */
  readonly committed: (events: readonly SluiceEvent[]) => void;
  readonly now: () => Date;
  /** 32 bytes at random. */
  readonly newNonce: () => Uint8Array;
}

export class AlertService {
  constructor(private readonly parts: AlertParts) {}

  /** The newest first. `cursor` is the `next` of the page before. */
  async list(filter: AlertFilter, limit: number, cursor: string | undefined): Promise<AlertsPage> {
    const rows = await this.parts.alerts.list(filter, limit + 1, cursor);
    const items = rows.slice(0, limit).map(toSummary);
    const last = items.at(-1);
    return rows.length > limit && last !== undefined ? { items, next: last.id } : { items };
  }

  /** Throws NOT_FOUND. */
  async get(id: string): Promise<AlertDetails> {
    const { alerts } = this.parts;
    const [alert, history] = await Promise.all([alerts.find(id), alerts.history(id)]);
    if (alert === undefined) throw noSuchAlert(id);
    return { ...toSummary(alert), evidence: alert.evidence.map(withProof), history: history.map(toChange) };
  }

  /** Durable when it resolves. Throws NOT_FOUND, and as `requireMayChange`. */
  async change(said: AlertStatement, speaker: Speaker, traceparent: string): Promise<AlertDetails> {
    const { alerts, speakers, now, newNonce, committed } = this.parts;
    const by = { by: `key:${speaker.kid}`, isParty: !speaker.isOperator };
    const statement = { ...said, ...by, at: now(), nonce: newNonce(), traceparent };
    const events = await alerts.change(statement, (alert) => {
      requireMayChange(alert, said.state, speaker, speakers.areSeveral);
    });
    if (events === undefined) throw noSuchAlert(said.alert);
    committed(events);
    return this.get(said.alert);
  }

  /** Throws NOT_FOUND. */
  async notes(id: string): Promise<AlertNotes> {
    const [alert, notes] = await Promise.all([this.parts.alerts.find(id), this.parts.notes.notes(id)]);
    if (alert === undefined) throw noSuchAlert(id);
    return {
      items: notes.map(({ nonce, at, ...one }) => ({
        ...{ ...one, at: at.toISOString() },
        ...(nonce === null ? {} : { nonce: nonce.toString('base64url') }),
      })),
    };
  }

  /** Durable when it resolves, and safe to repeat: once it is gone, nothing more is said. Throws NOT_FOUND. */
  async eraseNote(erasure: NoteErasure, by: string, traceparent: string): Promise<AlertDetails> {
    const { notes, now, committed } = this.parts;
    const events = await notes.erase({ ...erasure, by, at: now(), traceparent });
    if (events === undefined) throw new Problem('NOT_FOUND', `nothing is noted with ${erasure.entry} at this alert`);
    committed(events);
    return this.get(erasure.alert);
  }
}

function noSuchAlert(id: string): Problem {
  return new Problem('NOT_FOUND', `there is no alert ${id}`);
}

function toSummary(row: StoredAlert): AlertSummary {
  const { id, kind, owner, state, subject, source, first, last, members, came } = row;
  const about =
    source === null
      ? { exchange: subject }
      : { sequence: { source, chain: subject, from: Number(first), to: Number(last) } };
  return {
    ...{ id, kind, owner, state, foundAt: row.found_at.toISOString(), changedAt: row.changed_at.toISOString() },
    ...about,
    ...{ members, cameAfterAll: came },
  };
}

function toChange(row: StoredChange): AlertDetails['history'][number] {
  const { entry, at, action, state, by, party, reason, commitment, evidence } = row;
  return {
    ...{ at: at.toISOString(), action, state },
    ...(by === null ? {} : { by }),
    ...(party === null ? {} : { party }),
    ...(reason === null ? {} : { reason }),
    ...(commitment === null ? {} : { commitment }),
    ...erasureOf(row),
    ...{ evidence: evidence.map(withProof), entry },
  };
}

function erasureOf({ erased_at: at, erased_by: by, erased_ground: ground }: StoredChange) {
  return at === null || by === null || ground === null ? {} : { erased: { at: at.toISOString(), by, ground } };
}

function withProof({ shard, index, leaf }: Evidence) {
  return { shard, index, leaf, proof: `/v1/entries/${shard}/${index}` };
}
