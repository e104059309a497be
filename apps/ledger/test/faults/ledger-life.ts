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
import { aShard } from '../a-log.js';
import type { AWitness } from '../a-witness.js';
import { sources } from '../entries.js';
import type { InjectedFaults } from '../../../../test/support/injected-faults.js';
import type { EventFeed } from './event-feed.js';
import type { FaultGround } from './every-fault.js';
import { faultyCosigner } from './faulty-cosigner.js';
import type { ShownHeads } from './shown-heads.js';
import { feedCalls, sequencedCalls, sequencingCalls, storeCalls, storePoint } from './storage-calls.js';

/** What outlives a process. */
export interface Surroundings extends FaultGround {
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
  const cosigner = faultyCosigner(SHARD, { witness, sequenced, faults, point: 'witness.add' });
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
  return { feed: faults.wrap(feed, feedCalls, named('feed')), evidence, publisher, published: log, finals };
}
export type Life = Awaited<ReturnType<typeof openLife>>;
