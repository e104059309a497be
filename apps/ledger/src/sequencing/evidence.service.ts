import type { Logger } from 'pino';
import type { SourceCheck } from '#events/source-check.js';
import type { BatchOutcome, EventBatch, Rejection } from '#events/transport.js';
import { ledgerTombstoneV1 } from '#events/ledger-tombstone.v1.js';
import { nodeTreeHash } from '#merkle/node-cryptography.js';
import { LedgerError } from '../ledger-error.js';
import type { LedgerMetrics } from '../ledger-metrics.js';
import type { ShardLog, ShardLogs } from '../shards/shard-log.js';
import { readBatch, type ReadBatch } from './read-batch.js';
import { packAhead, type Appended } from './shard-sequencer.js';
import { slicesOf } from './slices-of.js';

export interface EvidenceParts {
  readonly logs: ShardLogs;
  readonly sources: SourceCheck;
  readonly metrics: LedgerMetrics;
  readonly logger: Logger;
  readonly now: () => Date;
  /** The process must end: another has its work. */
  readonly onFinal: (error: LedgerError) => void;
}

/**
 * What of a batch is appended at once: so many messages, or more where a part has more, and of small parts so many. While some
 * are committed the next are read, which takes longer, and other work gets its turn in between.
 */
const AT_ONCE = { messages: 1024, parts: 128 };
/** Trace ids in the log line of a batch, at the most. */
const MOST_TRACES = 20;

/** Takes what the transport brings into the logs. */
export class EvidenceService {
  constructor(private readonly parts: EvidenceParts) {}

  /** All of the batch is durably sequenced when it resolves, what is no event of its source as tombstones. Safe to repeat. */
  async take(batch: EventBatch): Promise<BatchOutcome> {
    const { logs, sources, now } = this.parts;
    const log = logs.taking(batch.partition);
    if (log === undefined) {
      throw new LedgerError('SHARD_UNKNOWN', `there is no shard for partition ${batch.partition}: set LEDGER_SHARDS`);
    }
    const rejected: Rejection[] = [];
    let appending = Promise.resolve();
    try {
      for (const { first, parts } of slicesOf(batch.parts, AT_ONCE, (part) => sources.open(part))) {
        const read = readBatch(parts, { sources, shard: batch.partition, now: now(), hash: nodeTreeHash });
        const packed = packAhead(read.candidates);
        // Nothing comes after what could not be appended: the transport brings all of it again, in its order.
        await appending;
        appending = this.append(log, read, packed);
        rejected.push(...read.rejected.map((one) => ({ ...one, part: first + one.part })));
      }
    } finally {
      await appending;
    }
    return { rejected };
  }

  private async append(log: ShardLog, read: ReadBatch, packed: Promise<Buffer>): Promise<void> {
    const appended = await this.settle(log.sequencer.append(read.candidates, packed));
    log.publisher.wake(appended.first + appended.fresh.length);
    this.report(log.shard.number, read, appended);
  }

  private async settle(appending: Promise<Appended>): Promise<Appended> {
    try {
      return await appending;
    } catch (error) {
      if (error instanceof LedgerError && error.isFinal) this.parts.onFinal(error);
      throw error;
    }
  }

  private report(shard: number, { rejected }: ReadBatch, { first, fresh, duplicates }: Appended): void {
    const { metrics, logger } = this.parts;
    metrics.entries.inc({ shard }, fresh.length);
    metrics.duplicates.inc({ shard }, duplicates);
    if (fresh.length > 0) metrics.batchEntries.observe({ shard }, fresh.length);
    for (const { reason } of rejected) {
      metrics.rejected.inc({ shard, reason });
      logger.warn({ shard, reason }, 'a message is not the word of a source that is listed: see the dead letters');
    }
    this.reportOddities(shard, first, fresh);
    const traces = [...new Set(fresh.flatMap(({ trace }) => trace ?? []))].slice(0, MOST_TRACES);
    logger.info({ shard, first, entries: fresh.length, duplicates, rejected: rejected.length, traces }, 'sequenced');
  }

  private reportOddities(shard: number, first: number, fresh: Appended['fresh']): void {
    const { metrics, logger } = this.parts;
    for (const [place, { tag, variant, event, trace }] of fresh.entries()) {
      if (tag === ledgerTombstoneV1.tag) metrics.tombstones.inc({ shard });
      if (variant === 0) continue;
      metrics.conflicts.inc({ shard });
      logger.error(
        { shard, index: first + place, event, tag, variant, trace },
        'an event came again under the same identity with other bytes: both are in the log',
      );
    }
  }
}
