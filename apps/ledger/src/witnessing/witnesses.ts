import type { Logger } from 'pino';
import type { Witness } from '#merkle/witness-policy.js';
import type { LedgerMetrics } from '../ledger-metrics.js';
import type { SequencedLogRepository } from '../publication/sequenced-log.repository.js';
import type { Shard } from '../shards/shard.js';
import { LogCosigner } from './log-cosigner.js';
import { WitnessClient } from './witness-client.js';
import { WitnessLine, type OnProof } from './witness-line.js';
import type { AskedWitnesses } from './witness-policy-file.js';
import { WitnessReports } from './witness-reports.js';

export interface WitnessesParts {
  readonly asked: AskedWitnesses;
  /** Milliseconds. */
  readonly timeout: number;
  readonly sequenced: Pick<SequencedLogRepository, 'head' | 'rootAt'>;
  readonly metrics: LedgerMetrics;
  readonly logger: Logger;
}

/** `signer`: its key is the one by which a checkpoint is the log's. */
type WitnessedShard = Pick<Shard, 'number' | 'signer'>;

/** The witnesses of this ledger's logs: connections that all logs share, and a cosigner for each log. */
export class Witnesses {
  private readonly reached: readonly { readonly witness: Witness; readonly client: WitnessClient }[];

  constructor(private readonly parts: WitnessesParts) {
    this.reached = parts.asked.witnesses.map(({ witness, url }) => ({
      witness,
      client: new WitnessClient(url, parts.timeout),
    }));
  }

  get asked(): AskedWitnesses {
    return this.parts.asked;
  }

  /** A new one, which knows of nothing that others asked; undefined where nobody is asked. */
  cosignerOf(shard: WitnessedShard): LogCosigner | undefined {
    return this.asked.witnesses.length === 0 ? undefined : this.newCosigner(shard);
  }

  async close(): Promise<void> {
    await Promise.all(this.reached.map(({ client }) => client.close()));
  }

  private newCosigner({ number: shard, signer }: WitnessedShard): LogCosigner {
    const { asked, sequenced, metrics, logger } = this.parts;
    const log = {
      key: signer.key,
      size: async () => (await sequenced.head(shard))?.size ?? 0,
      rootAt: (size: number) => sequenced.rootAt(shard, size),
    };
    const reports = new WitnessReports(shard, metrics, logger);
    return new LogCosigner({
      lines: this.reached.map(({ witness, client }) => {
        const onProof: OnProof = (error, note) => {
          reports.proved(witness.name, error, note);
        };
        return new WitnessLine(witness, client, log, onProof);
      }),
      quorum: asked.policy.quorum,
      onAsked: (states) => {
        reports.asked(states);
      },
    });
  }
}
