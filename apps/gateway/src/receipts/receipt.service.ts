import type { Receipt } from '#exchange/answer.js';
import { Problem } from '#exchange/problem.js';
import { accessDecidedV1 } from '#events/access-decided.v1.js';
import { accessFailedV1 } from '#events/access-failed.v1.js';
import { accessReleasedV1 } from '#events/access-released.v1.js';
import type { LedgerClient } from './ledger.client.js';
import type { ReceiptRepository } from './receipt.repository.js';

/** What the ledger has published of the access so far. */
export interface Pending {
  readonly id: string;
  readonly state: 'pending';
  readonly published: readonly string[];
}

export class ReceiptService {
  constructor(
    private readonly accesses: ReceiptRepository,
    private readonly ledger: LedgerClient,
  ) {}

  /**
   * The receipt once all of it is published: the decision and, where it was a permit, what came of it. Throws NOT_FOUND
   * for what another system asked, as for what nobody did.
   */
  async of(id: string, consumer: string): Promise<Receipt | Pending> {
    const access = await this.accesses.find(id, consumer);
    if (access === undefined) throw new Problem('NOT_FOUND');
    const entries = await this.ledger.entriesOf(id);
    const decision = entries.get(accessDecidedV1.type);
    const release = entries.get(accessReleasedV1.type);
    const failure = entries.get(accessFailedV1.type);
    const isSettled = access.outcome === 'deny' || release !== undefined || failure !== undefined;
    if (decision === undefined || !isSettled) return { id, state: 'pending', published: [...entries.keys()] };
    return {
      id,
      decision,
      ...(access.opening === undefined ? {} : { opening: access.opening }),
      ...(release === undefined ? {} : { release }),
      ...(failure === undefined ? {} : { failure }),
    };
  }
}
