import { StorageFault, type InjectedFaults } from '../../../../test/support/injected-faults.js';
import type { SequencedLogRepository } from '../../src/publication/sequenced-log.repository.js';
import type { Shard } from '../../src/shards/shard.js';
import { LogCosigner } from '../../src/witnessing/log-cosigner.js';
import type { WitnessAnswer } from '../../src/witnessing/witness-client.js';
import { WitnessLine } from '../../src/witnessing/witness-line.js';
import type { AWitness } from '../a-witness.js';
import { witnessCalls } from './storage-calls.js';

export interface FaultyWitness {
  readonly witness: AWitness;
  readonly sequenced: Pick<SequencedLogRepository, 'head' | 'rootAt'>;
  readonly faults: InjectedFaults;
  /** What its calls are named. */
  readonly point: string;
}

/** Of a log that one witness must cosign, whose answer can be lost. */
export function faultyCosigner(shard: Pick<Shard, 'number' | 'signer'>, of: FaultyWitness): LogCosigner {
  const { witness, sequenced, faults, point } = of;
  const peer = faults.wrap({ add: (body: string) => witness.add(body) }, witnessCalls, () => point);
  // Its client tells of a lost answer, and never rejects.
  const add = async (body: string): Promise<WitnessAnswer> => {
    try {
      return await peer.add(body);
    } catch (error) {
      if (!(error instanceof StorageFault)) throw error;
      return { kind: 'failed', reason: error.message };
    }
  };
  const log = {
    key: shard.signer.key,
    size: async () => (await sequenced.head(shard.number))?.size ?? 0,
    rootAt: (size: number) => sequenced.rootAt(shard.number, size),
  };
  const line = new WitnessLine(witness.witness, { add, shown: () => witness.shown() }, log);
  return new LogCosigner({ lines: [line], quorum: 1, graceMs: 1 });
}
