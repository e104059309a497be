import type { DataSource } from 'typeorm';
import type { SluiceEvent } from '#events/contract.js';
import { noteErasedEvent, type OrderedErasure } from './alert-events.js';
import { storeEvents } from './raise-alerts.repository.js';

export interface StoredNote {
  readonly entry: string;
  readonly at: Date;
  readonly by: string;
  readonly note: string;
  /** Null for a note of before there were commitments. */
  readonly nonce: Buffer | null;
}

/** What stays off the log, and can be destroyed. */
export class NoteRepository {
  constructor(private readonly database: DataSource) {}

  /** Of an alert, the oldest first. */
  async notes(alert: string): Promise<readonly StoredNote[]> {
    return this.database.query<StoredNote[]>(
      `SELECT entry::text AS entry, at, by, note, nonce FROM alert_change
       WHERE alert = $1 AND note IS NOT NULL ORDER BY at, entry`,
      [alert],
    );
  }

  /**
   * Destroys the note and its nonce, with the event of it, durable when it resolves. The events: none where it was erased
   * before; undefined where there is no such note.
   */
  async erase(erasure: OrderedErasure): Promise<readonly SluiceEvent[] | undefined> {
    const { alert, entry, by, at, ground } = erasure;
    return this.database.transaction(async (transaction) => {
      const [row] = await transaction.query<{ noted: boolean; erased: boolean }[]>(
        `SELECT note IS NOT NULL AS noted, erased_at IS NOT NULL AS erased FROM alert_change
         WHERE entry = $1 AND alert = $2 FOR UPDATE`,
        [entry, alert],
      );
      if (row?.erased === true) return [];
      if (row?.noted !== true) return undefined;
      await transaction.query(
        `UPDATE alert_change SET note = NULL, nonce = NULL, erased_at = $2, erased_by = $3, erased_ground = $4
         WHERE entry = $1`,
        [entry, at, by, ground],
      );
      return storeEvents(transaction, [noteErasedEvent(erasure)]);
    });
  }
}
