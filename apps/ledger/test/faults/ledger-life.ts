import { pino } from 'pino';
import { Registry } from 'prom-client';
import { nodeTreeHash } from '#merkle/node-cryptography.js';
import { LedgerMetrics } from '../../src/ledger-metrics.js';
import { FileTileStore } from '../../src/publication/file-tile-store.js';
import { openLog } from '../../src/publication/open-log.js';
import { Publisher } from '../../src/publication/publisher.js';
import { SequencedLogRepository } from '../../src/publication/sequenced-log.repository.js';
import { EvidenceService } from '../../src/sequencing/evidence.service.js';
import { SequencingRepository } from '../../src/sequencing/sequencing.repository.js';
import { ShardSequencer } from '../../src/sequencing/shard-sequencer.js';
import { ShardLogs } from '../../src/shards/shard-log.js';
import type { WitnessAnswer } from '../../src/witnessing/witness-client.js';
import { LogCosigner } from '../../src/witnessing/log-cosigner.js';
import { WitnessLine } from '../../src/witnessing/witness-line.js';
import { aShard } from '../a-log.js';
import type { AWitness } from '../a-witness.js';
import { sources } from '../entries.js';
import type { LedgerDatabase } from '../ledger-database.js';
import type { EventFeed } from './event-feed.js';
import { StorageFault, type InjectedFaults } from '../../../../test/support/injected-faults.js';
import type { ShownHeads } from './shown-heads.js';
import { feedCalls, sequencedCalls, sequencingCalls, storeCalls, witnessCalls } from './storage-calls.js';

/** What outlives a process. */
export interface Surroundings {
  readonly database: LedgerDatabase['database'];
  readonly folder: string;
  readonly feed: EventFeed;
  readonly witness: AWitness;
  readonly shown: ShownHeads;
}

const NOW = new Date('2026-11-23T08:00:00.000Z');
const SHARD = aShard();

/** One life of a ledger's process: its real parts on their real storage, with faults in between. */
export async function openLife(around: Surroundings, faults: InjectedFaults) {
  const named = (part: string) => (method: string) => `${part}.${method}`;
  const { database, folder, feed, witness, shown } = around;
  const store = faults.wrap(shown.over(await FileTileStore.open(folder)), storeCalls, storePoint);
  const sequenced = faults.wrap(new SequencedLogRepository(database), sequencedCalls, named('sequenced'));
  const sequencing = faults.wrap(new SequencingRepository(database), sequencingCalls, named('sequencing'));
  const peer = faults.wrap({ add: (body: string) => witness.add(body) }, witnessCalls, named('witness'));
  const cosigner = new LogCosigner({ lines: [lineTo(witness, peer, sequenced)], quorum: 1, graceMs: 1 });
  const { log } = await openLog({
    ...{ shard: SHARD.number, signer: SHARD.signer, store, sequenced, hash: nodeTreeHash, cosigner },
  });
  const sequencer = await ShardSequencer.start(SHARD.number, SHARD.origin, sequencing, nodeTreeHash);
  const finals: Error[] = [];
  const onFinal = (error: Error) => finals.push(error);
  const publisher = new Publisher({
    ...{ shard: SHARD.number, epoch: sequencer.epoch, log, sequenced, onFinal, graceMs: 0, pauseMs: 0 },
    onError: () => undefined,
  });
  const logs = new ShardLogs([{ shard: SHARD, partition: 0, sequencer, published: log, publisher, cosigner }]);
  const parts = { metrics: new LedgerMetrics(new Registry()), logger: pino({ level: 'silent' }), onFinal };
  const evidence = new EvidenceService({ logs, sources, now: () => NOW, ...parts });
  return { feed: faults.wrap(feed, feedCalls, named('feed')), evidence, publisher, log, finals };
}
export type Life = Awaited<ReturnType<typeof openLife>>;

function lineTo(
  one: AWitness,
  peer: { add(body: string): Promise<WitnessAnswer> },
  sequenced: SequencedLogRepository,
): WitnessLine {
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
    key: SHARD.signer.key,
    size: async () => (await sequenced.head(SHARD.number))?.size ?? 0,
    rootAt: (size: number) => sequenced.rootAt(SHARD.number, size),
  };
  return new WitnessLine(one.witness, { add, shown: () => one.shown() }, log);
}

/** What is written or read, beside how. */
function storePoint(method: string, [path]: readonly unknown[]): string {
  const [first = '', second = ''] = String(path).split('/');
  const what = first === 'tile' ? (second === 'entries' ? 'bundle' : 'hashes') : first;
  return `store.${method} ${what}`;
}
