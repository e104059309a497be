import type { SluiceEvent } from '#events/contract.js';
import type { AlertDetails, AlertNotes, AlertsPage, AlertState, AlertSummary } from '#exchange/alert.js';
import { Problem } from '#exchange/problem.js';
import type { Evidence } from '../reconciliation/findings.js';
import type { AlertFilter, AlertRepository, Statement, StoredAlert } from './alert.repository.js';

/** What an alert must be before it becomes what is said: nobody resolves what nobody has explained. */
const before: Readonly<Record<Statement['state'], AlertState>> = { explained: 'open', resolved: 'explained' };

export class AlertService {
  constructor(
    private readonly alerts: AlertRepository,
    /** Told of events once they are stored: see Outbox. */
    private readonly committed: (events: readonly SluiceEvent[]) => void,
    private readonly now: () => Date,
  ) {}

  /** The newest first. `cursor` is the `next` of the page before. */
  async list(filter: AlertFilter, limit: number, cursor: string | undefined): Promise<AlertsPage> {
    const rows = await this.alerts.list(filter, limit + 1, cursor);
    const items = rows.slice(0, limit).map(toSummary);
    const last = items.at(-1);
    return rows.length > limit && last !== undefined ? { items, next: last.id } : { items };
  }

  /** Throws NOT_FOUND. */
  async get(id: string): Promise<AlertDetails> {
    const [alert, history] = await Promise.all([this.alerts.find(id), this.alerts.history(id)]);
    if (alert === undefined) throw noSuchAlert(id);
    return {
      ...toSummary(alert),
      evidence: alert.evidence.map(withProof),
      history: history.map(({ entry, at, action, state, by, reason, evidence }) => ({
        ...{ at: at.toISOString(), action, state },
        ...(by === null ? {} : { by }),
        ...(reason === null ? {} : { reason }),
        ...{ evidence: evidence.map(withProof), entry },
      })),
    };
  }

  /** Durable when it resolves. Throws NOT_FOUND, and CONFLICT where the alert is not in the state that this comes after. */
  async change(statement: Omit<Statement, 'at'>): Promise<AlertDetails> {
    const outcome = await this.alerts.change({ ...statement, at: this.now() }, before[statement.state]);
    if (!('events' in outcome)) {
      if (outcome.is === undefined) throw noSuchAlert(statement.alert);
      throw new Problem(
        'CONFLICT',
        `the alert is ${outcome.is}: only ${before[statement.state]} ones can be ${statement.state}`,
      );
    }
    this.committed(outcome.events);
    return this.get(statement.alert);
  }

  /** Throws NOT_FOUND. */
  async notes(id: string): Promise<AlertNotes> {
    const [alert, notes] = await Promise.all([this.alerts.find(id), this.alerts.notes(id)]);
    if (alert === undefined) throw noSuchAlert(id);
    return { items: notes.map((one) => ({ ...one, at: one.at.toISOString() })) };
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

function withProof({ shard, index, leaf }: Evidence) {
  return { shard, index, leaf, proof: `/v1/entries/${shard}/${index}` };
}
