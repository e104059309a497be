import { join } from 'node:path';
import { parseShardList } from '#merkle/shard-list.js';
import { parseNote } from '#merkle/signed-note.js';
import type { InjectedFaults } from '../../../../test/support/injected-faults.js';
import { FileTileStore } from '../../src/publication/file-tile-store.js';
import { SequencedLogRepository } from '../../src/publication/sequenced-log.repository.js';
import type { TileStore } from '../../src/publication/tile-store.js';
import { SequencingRepository } from '../../src/sequencing/sequencing.repository.js';
import { labelOf, type Shard } from '../../src/shards/shard.js';
import { ShardRecordRepository } from '../../src/shards/shard-record.repository.js';
import { aFamily } from '../a-family.js';
import { AWitness } from '../a-witness.js';
import type { EventFeed } from './event-feed.js';
import type { FaultGround } from './every-fault.js';
import { faultyCosigner } from './faulty-cosigner.js';
import { ShownHeads, watched } from './shown-heads.js';
import { feedCalls, recordCalls, sequencedCalls, sequencingCalls, storeCalls, storePoint } from './storage-calls.js';

/** One log, what the witness knows of it, and what was shown of it. */
export interface WatchedLog {
  readonly shard: Shard;
  readonly witness: AWitness;
  readonly shown: ShownHeads;
}

/** What outlives a process. */
export interface FamilySurroundings extends FaultGround {
  readonly feed: EventFeed;
  /** Of all logs that there will be. */
  readonly logs: readonly WatchedLog[];
  /** Every list that was signed or shown, by version: two of one are a fork. */
  readonly lists: Map<number, Set<string>>;
}

export interface FamilyOptions {
  readonly partitions: number;
  readonly catchesUp: boolean;
}

/** One life of a ledger's process with all its logs, on their real storage, with faults in between. */
export async function openFamilyLife(around: FamilySurroundings, faults: InjectedFaults, options: FamilyOptions) {
  const { database, feed, logs } = around;
  const named = (part: string) => (method: string) => `${part}.${method}`;
  const sequenced = faults.wrap(new SequencedLogRepository(database), sequencedCalls, pointOfLog('sequenced'));
  const records = faults.wrap(new ShardRecordRepository(database), recordCalls, named('records'));
  const family = await aFamily(around, options, {
    ...{ sequenced, records },
    sequencing: faults.wrap(new SequencingRepository(database), sequencingCalls, pointOfLog('sequencing')),
    stores: { tiles: (path) => openStore(path, around, faults), heads: undefined },
    witnesses: {
      cosignerOf: (shard) => {
        const witness = logs.find((log) => log.shard.number === shard.number)?.witness;
        return (
          witness &&
          faultyCosigner(shard, { witness, sequenced, faults, point: `witness.add of ${labelOf(shard.number)}` })
        );
      },
    },
  });
  const stop = async () => {
    await Promise.all([family.root, ...family.logs.all].map(({ publisher }) => publisher.stop()));
  };
  return { ...family, feed: faults.wrap(feed, feedCalls, named('feed')), [Symbol.asyncDispose]: stop };
}
export type FamilyLife = Awaited<ReturnType<typeof openFamilyLife>>;

/** A call that is about one log names it by its number, or has it in what is to be appended. */
function pointOfLog(part: string): (method: string, args: readonly unknown[]) => string {
  return (method, [first]) => {
    const shard = typeof first === 'object' && first !== null && 'shard' in first ? first.shard : first;
    return typeof shard === 'number' ? `${part}.${method} of ${labelOf(shard)}` : `${part}.${method}`;
  };
}

async function openStore(path: string, around: FamilySurroundings, faults: InjectedFaults): Promise<TileStore> {
  const store = await FileTileStore.open(join(around.folder, path));
  const log = around.logs.find(({ shard }) => shard.path === path);
  const target = log?.shown.over(store) ?? watched(store, listNoter(around.lists));
  const label = log === undefined ? 'the list' : labelOf(log.shard.number);
  return faults.wrap(target, storeCalls, (method, args) => `${storePoint(method, args)} of ${label}`);
}

function listNoter(lists: Map<number, Set<string>>): (path: string, bytes: Buffer) => void {
  return (_, bytes) => {
    const { version } = parseShardList(parseNote(bytes).text);
    lists.set(version, (lists.get(version) ?? new Set()).add(bytes.toString()));
  };
}
