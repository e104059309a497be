import type { Receipt } from '#exchange/answer.js';
import { Problem } from '#exchange/problem.js';
import { chooseEntries, type ChosenEntries, type PublishedEntry } from './choose-entries.js';
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
   * for what another system asked, as for what nobody did, and LEDGER_UNAVAILABLE where it cannot be fetched: what is not
   * sequenced yet is merely pending, whatever keeps the ledger.
   */
  async of(id: string, consumer: string): Promise<Receipt | Pending> {
    const access = await this.accesses.find(id, consumer);
    if (access === undefined) throw new Problem('NOT_FOUND');
    const published = await this.publishedOf(id);
    const chosen = chooseEntries(published, access.entries);
    const { decision, release, failure, erasure } = chosen;
    const isSettled = access.outcome === 'deny' || release !== undefined || failure !== undefined;
    if (decision === undefined || !isSettled) return { id, state: 'pending', published: typesOf(published, chosen) };
    return {
      id,
      decision,
      ...(access.opening === undefined ? {} : { opening: access.opening }),
      ...(access.erased === undefined ? {} : { erased: access.erased }),
      ...(erasure === undefined ? {} : { erasure }),
      ...(release === undefined ? {} : { release }),
      ...(failure === undefined ? {} : { failure }),
    };
  }

  private async publishedOf(id: string): Promise<readonly PublishedEntry[]> {
    try {
      return await this.ledger.entriesOf(id);
    } catch (error) {
      if (await this.accesses.isAwaited(id)) return [];
      throw error;
    }
  }
}

function typesOf(published: readonly PublishedEntry[], chosen: ChosenEntries): readonly string[] {
  const shown = new Set(Object.values(chosen));
  return published.filter(({ proven }) => shown.has(proven)).map(({ type }) => type);
}
