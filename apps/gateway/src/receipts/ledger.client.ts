import { request } from 'undici';
import { z } from 'zod';
import { provenEntry } from '#exchange/answer.js';
import { Problem } from '#exchange/problem.js';
import type { PublishedEntry } from './choose-entries.js';

const published = z.object({ entries: z.array(provenEntry.extend({ type: z.string() }).loose()) });

/** Reads what the ledger has published. */
export class LedgerClient {
  private readonly base: string;

  constructor(
    url: string,
    /** Milliseconds. */
    private readonly timeout: number,
  ) {
    this.base = url.replace(/\/$/, '');
  }

  /**
   * The published entries of an event: of one type there may be several variants. Empty where there is none yet. Throws
   * LEDGER_UNAVAILABLE.
   */
  async entriesOf(id: string): Promise<readonly PublishedEntry[]> {
    try {
      const answer = await request(`${this.base}/v1/events/${encodeURIComponent(id)}`, {
        headersTimeout: this.timeout,
        bodyTimeout: this.timeout,
        signal: AbortSignal.timeout(this.timeout),
      });
      if (answer.statusCode === 404) {
        await answer.body.dump();
        return [];
      }
      if (answer.statusCode !== 200) throw new Error(`the ledger answered ${answer.statusCode}`);
      const { entries } = published.parse(await answer.body.json());
      return entries.map(({ type, entry, origin, index, proof, quorum }) => ({
        type,
        proven: { entry, origin, index, proof, ...(quorum === undefined ? {} : { quorum }) },
      }));
    } catch (cause) {
      throw new Problem('LEDGER_UNAVAILABLE', undefined, {}, { cause });
    }
  }
}
