import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

const labelNames = ['shard'] as const;

/** What the ledger counts. Labels are shards, witnesses and codes: nothing of an entry. */
export class LedgerMetrics {
  readonly entries: Counter<'shard'>;
  readonly batchEntries: Histogram<'shard'>;
  readonly duplicates: Counter<'shard'>;
  readonly conflicts: Counter<'shard'>;
  readonly tombstones: Counter<'shard'>;
  readonly rejected: Counter<'shard' | 'reason'>;
  readonly publishedEntries: Gauge<'shard'>;
  readonly publishLag: Histogram<'shard'>;
  readonly witnessEntries: Gauge<'shard' | 'witness'>;
  readonly witnessAway: Gauge<'shard' | 'witness'>;
  readonly witnessAccuses: Gauge<'shard' | 'witness'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.entries = new Counter({
      name: 'ledger_entries_total',
      help: 'Entries sequenced, tombstones included',
      ...{ labelNames, registers },
    });
    this.batchEntries = new Histogram({
      name: 'ledger_batch_entries',
      help: 'Entries of one sequenced batch',
      buckets: [1, 4, 16, 64, 256, 1024, 4096],
      ...{ labelNames, registers },
    });
    this.duplicates = new Counter({
      name: 'ledger_duplicates_total',
      help: 'Events dropped because the log has them',
      ...{ labelNames, registers },
    });
    this.conflicts = new Counter({
      name: 'ledger_conflicts_total',
      help: 'Events that came again under the same identity with other bytes: look into each of them',
      ...{ labelNames, registers },
    });
    this.tombstones = new Counter({
      name: 'ledger_tombstones_total',
      help: 'Messages, and batches that nobody vouches for, that have a tombstone in their place',
      ...{ labelNames, registers },
    });
    this.rejected = new Counter({
      name: 'ledger_rejected_total',
      help: 'Messages, and batches as a whole, that were not taken, each time that they came: forgeries, and what was signed by a key that is not listed',
      ...{ labelNames: ['shard', 'reason'], registers },
    });
    this.publishedEntries = new Gauge({
      name: 'ledger_published_entries',
      help: 'Size of the published checkpoint',
      ...{ labelNames, registers },
    });
    this.publishLag = new Histogram({
      name: 'ledger_publish_lag_seconds',
      help: 'From sequenced to published, for the oldest entry of each publication',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      ...{ labelNames, registers },
    });
    this.witnessEntries = new Gauge({
      name: 'ledger_witness_entries',
      help: 'Size of the checkpoint that the witness cosigned last',
      ...{ labelNames: ['shard', 'witness'], registers },
    });
    this.witnessAway = new Gauge({
      name: 'ledger_witness_away',
      help: '1 where the witness did not cosign when it was asked last',
      ...{ labelNames: ['shard', 'witness'], registers },
    });
    this.witnessAccuses = new Gauge({
      name: 'ledger_witness_accuses',
      help: '1 where it said then that the log went back or has another history, and proved nothing: look into each',
      ...{ labelNames: ['shard', 'witness'], registers },
    });
  }
}
