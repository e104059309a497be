import type { DataSource } from 'typeorm';
import { accessDecidedV1 } from '#events/access-decided.v1.js';
import { accessFailedV1 } from '#events/access-failed.v1.js';
import type { DecisionDetail } from '#exchange/commitment.js';
import type { Erased } from '#exchange/erasure.js';
import type { ErasureGround } from '#privacy/erasure-ground.js';
import type { RecordedEntries } from './choose-entries.js';

export interface RecordedAccess {
  readonly outcome: 'permit' | 'deny';
  readonly entries: RecordedEntries;
  /** Opens the commitment. Absent once it was erased. `nonce` in base64url. */
  readonly opening?: { readonly nonce: string; readonly detail: DecisionDetail };
  /** Who had it erased. */
  readonly erased?: Erased;
}

interface Row {
  readonly outcome: 'permit' | 'deny';
  readonly decision: Buffer;
  readonly failure: Buffer | null;
  readonly nonce: Buffer | null;
  readonly request: string;
  readonly officer: string;
  readonly case_number: string;
  readonly erasure: Buffer | null;
  readonly erased_at: Date;
  readonly by: string;
  readonly ground: ErasureGround;
}

export class ReceiptRepository {
  constructor(private readonly database: DataSource) {}

  /** The id of the consumer's newest access. */
  async newest(consumer: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ id: string }[]>(
      'SELECT id FROM access_decision WHERE consumer = $1 ORDER BY id DESC LIMIT 1',
      [consumer],
    );
    return row?.id;
  }

  /** Whether the ledger has not confirmed yet that it has sequenced all that the gateway recorded of the access. */
  async isAwaited(id: string): Promise<boolean> {
    const rows = await this.database.query<unknown[]>('SELECT FROM outbox WHERE id = $1 AND type = ANY($2)', [
      id,
      [accessDecidedV1.type, accessFailedV1.type],
    ]);
    return rows.length > 0;
  }

  /** The consumer's own access of this id. Absent where it is another's, just as where there is none. */
  async find(id: string, consumer: string): Promise<RecordedAccess | undefined> {
    const [row] = await this.database.query<Row[]>(
      `SELECT outcome, access_decision.entry AS decision, access_failure.entry AS failure, nonce, request, officer,
         case_number, erasure.entry AS erasure, erasure.at AS erased_at, by, ground
       FROM access_decision LEFT JOIN access_detail USING (id) LEFT JOIN access_failure USING (id)
         LEFT JOIN erasure USING (id)
       WHERE id = $1 AND consumer = $2`,
      [id, consumer],
    );
    if (row === undefined) return undefined;
    const { outcome, decision, failure, nonce, request, officer, case_number } = row;
    const entries = { decision: decision.toString(), failure: failure?.toString(), erasure: row.erasure?.toString() };
    if (row.erasure !== null) return { outcome, entries, erased: erasedOf(row) };
    if (nonce === null) return { outcome, entries };
    return {
      outcome,
      entries,
      opening: { nonce: nonce.toString('base64url'), detail: { request, officer, case: case_number } },
    };
  }
}

function erasedOf({ erased_at, by, ground }: Row): Erased {
  return { at: erased_at.toISOString(), by, ground };
}
