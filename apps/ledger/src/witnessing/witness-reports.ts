import type { Logger } from 'pino';
import type { LedgerError } from '../ledger-error.js';
import type { LedgerMetrics } from '../ledger-metrics.js';
import { labelOf } from '../shards/shard.js';
import type { WitnessState } from './witness-line.js';

/**
 * Tells of the witnesses of one log: the metrics after each round, the log file when one goes away or comes back, or proves
 * that the log has another history.
 */
export class WitnessReports {
  private readonly errors = new Map<string, string | undefined>();

  constructor(
    private readonly shard: number,
    private readonly metrics: LedgerMetrics,
    private readonly logger: Logger,
  ) {}

  asked(states: ReadonlyMap<string, WitnessState>): void {
    const shard = labelOf(this.shard);
    for (const [witness, { size, error, accuses }] of states) {
      if (size !== undefined) this.metrics.witnessEntries.set({ shard, witness }, size);
      this.metrics.witnessAway.set({ shard, witness }, error === undefined ? 0 : 1);
      this.metrics.witnessAccuses.set({ shard, witness }, accuses ? 1 : 0);
      const before = this.errors.get(witness);
      this.errors.set(witness, error);
      if (error !== undefined && error !== before) this.logger.warn({ shard, witness, reason: error }, 'not cosigned');
      if (error === undefined && before !== undefined) this.logger.info({ shard, witness, size }, 'cosigns again');
    }
  }

  /** The ledger ends after this: the line keeps what the witness showed, which anybody can verify by the log's key. */
  proved(witness: string, { code }: LedgerError, checkpoint: string): void {
    this.logger.error(
      { shard: labelOf(this.shard), witness, code, checkpoint },
      'a witness proves another history of the log',
    );
  }
}
