import type { Logger } from 'pino';
import type { Witness } from '#merkle/witness-policy.js';
import type { LedgerMetrics } from '../ledger-metrics.js';
import type { SequencedLogRepository } from '../publication/sequenced-log.repository.js';
import { LogCosigner } from './log-cosigner.js';
import { WitnessClient } from './witness-client.js';
import { WitnessLine } from './witness-line.js';
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

/** The witnesses of this ledger's logs: connections that all logs share, and a cosigner for each log. */
export class Witnesses {
  private readonly reached: readonly { readonly witness: Witness; readonly client: WitnessClient }[];
  private readonly cosigners = new Map<number, LogCosigner>();

  constructor(private readonly parts: WitnessesParts) {
    this.reached = parts.asked.witnesses.map(({ witness, url }) => ({
      witness,
      client: new WitnessClient(url, parts.timeout),
    }));
  }

  get asked(): AskedWitnesses {
    return this.parts.asked;
  }

  /** Undefined where nobody is asked. */
  cosignerOf(shard: number): LogCosigner | undefined {
    if (this.asked.witnesses.length === 0) return undefined;
    const cosigner = this.cosigners.get(shard) ?? this.newCosigner(shard);
    this.cosigners.set(shard, cosigner);
    return cosigner;
  }

  async close(): Promise<void> {
    await Promise.all(this.reached.map(({ client }) => client.close()));
  }

  private newCosigner(shard: number): LogCosigner {
    const { asked, sequenced, metrics, logger } = this.parts;
    const log = {
      size: async () => (await sequenced.head(shard))?.size ?? 0,
      rootAt: (size: number) => sequenced.rootAt(shard, size),
    };
    const reports = new WitnessReports(shard, metrics, logger);
    return new LogCosigner({
      lines: this.reached.map(({ witness, client }) => new WitnessLine(witness, client, log)),
      quorum: asked.policy.quorum,
      onAsked: (states) => {
        reports.asked(states);
      },
    });
  }
}
