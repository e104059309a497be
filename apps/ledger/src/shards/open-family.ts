import { reluctantReporter } from '#platform/reluctant-reporter.js';
import { rootedAgain } from '../root/root-candidate.js';
import { RootLog } from '../root/root-log.js';
import { openShard } from './open-shard.js';
import { openLists, openPlanned, openShards, type ShardSupplies } from './open-shards.js';
import { ShardKeeper } from './shard-keeper.js';

/** All shards and the root log, and who keeps them together. Nothing is published yet. Rejects as `openShards` and `openShard` do. */
export async function openFamily(supplies: ShardSupplies) {
  const { family, records, sequenced, sequencing, stores, logger, onFinal } = supplies;
  const lists = await openLists(family, stores);
  const logs = await openShards(supplies, lists);
  const root = await openShard(family.root, supplies, {
    again: rootedAgain,
    onPublished: () => {
      keeper.showList().catch(reluctantReporter(logger, 'the list of shards cannot be shown'));
    },
  });
  const rootLog = await RootLog.open({ log: root, sequenced, sequencing, records });
  const keeper: ShardKeeper = new ShardKeeper({
    ...{ family, logs, lists, records, logger, onFinal, root: rootLog, publishedRoot: root.published },
    open: (planned) => openPlanned(planned, { ...supplies, catchesUp: false }),
  });
  return { logs, root, rootLog, keeper };
}
