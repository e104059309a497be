import { randomBytes } from 'node:crypto';
import {
  ALERT_HEADER,
  ALERT_TYPE,
  alertDetails,
  alertNotes,
  alertsPage,
  type AlertDetails,
  type AlertNotes,
  type AlertsPage,
  type AlertStatement,
  type NoteErasure,
} from '#exchange/alert.js';
import { call, readAnswer, type Fetch } from './http-call.js';
import { orderFor, type Orderer } from './order.js';

export interface AlertClientOptions {
  /** The ledger's address: scheme, host and port. */
  readonly ledger: string | URL;
  readonly fetch: Fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface AlertQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly state?: string | undefined;
  readonly kind?: string | undefined;
  readonly owner?: string | undefined;
  /** RFC 3339: found then or later, and found before. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/**
 * What does not agree or is missing in the logs, and what operators say of it. Throws ClientError: REFUSED with the problem
 * (NOT_FOUND, CONFLICT, OPERATOR_REQUIRED, SECOND_KEY_REQUIRED, ORDER_INVALID,
 * REPLAYED, INVALID_REQUEST), UNREACHABLE, ANSWER_UNREADABLE.
 */
export class AlertClient {
  constructor(private readonly options: AlertClientOptions) {}

  /** The newest first. */
  async list(query: AlertQuery): Promise<AlertsPage> {
    const given = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
    return readAnswer(await this.get(`/v1/alerts?${given.toString()}`), alertsPage);
  }

  async alert(id: string): Promise<AlertDetails> {
    return readAnswer(await this.get(`/v1/alerts/${encodeURIComponent(id)}`), alertDetails);
  }

  /**
   * Says why, or that what had to be done is done. `by`: an operator whom the ledger was told of; or, to explain, the party
   * that owns it.
   */
  async say(statement: Omit<AlertStatement, 'salt'>, by: Orderer): Promise<AlertDetails> {
    const path = statement.state === 'explained' ? 'explain' : 'resolve';
    return readAnswer(
      await this.order(statement.alert, path, { ...statement, salt: randomBytes(32).toString('base64url') }, by),
      alertDetails,
    );
  }

  async notes(alert: string, by: Orderer): Promise<AlertNotes> {
    return readAnswer(await this.order(alert, 'notes', { alert }, by), alertNotes);
  }

  /** Has destroyed what was noted with a change of the alert. Safe to repeat. */
  async eraseNote(erasure: NoteErasure, by: Orderer): Promise<AlertDetails> {
    return readAnswer(await this.order(erasure.alert, 'erase-note', erasure, by), alertDetails);
  }

  private async get(path: string): Promise<string> {
    const { ledger, fetch } = this.options;
    return (await call(fetch, { method: 'GET', url: new URL(path, ledger) })).text;
  }

  private async order(alert: string, path: string, said: object, by: Orderer): Promise<string> {
    const { ledger, fetch, now } = this.options;
    const body = JSON.stringify(said);
    const order = orderFor(body, { source: 'ledger', type: ALERT_TYPE }, by, now());
    const headers = { 'content-type': 'application/json', [ALERT_HEADER]: order };
    const url = new URL(`/v1/alerts/${encodeURIComponent(alert)}/${path}`, ledger);
    return (await call(fetch, { method: 'POST', url, headers, body })).text;
  }
}
