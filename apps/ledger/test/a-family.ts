import { pino } from 'pino';
import { Registry } from 'prom-client';
import { LedgerMetrics } from '../src/ledger-metrics.js';
import { SequencedLogRepository } from '../src/publication/sequenced-log.repository.js';
import { EvidenceService } from '../src/sequencing/evidence.service.js';
import { SequencingRepository } from '../src/sequencing/sequencing.repository.js';
import { openFamily } from '../src/shards/open-family.js';
import { openStores, type ShardSupplies } from '../src/shards/open-shards.js';
import { familyOf } from '../src/shards/shard.js';
import { ShardRecordRepository } from '../src/shards/shard-record.repository.js';
import { LEDGER_KEY } from './a-log.js';
import { sources } from './entries.js';
import type { LedgerDatabase } from './ledger-database.js';

export const FAMILY = familyOf('ledger.test/log', LEDGER_KEY);

export interface FamilyPlace {
  readonly database: LedgerDatabase['database'];
  readonly folder: string;
}

/**
 * All logs of a family as a process opens them that starts, over what the folder and the database hold, or over what is
 * given instead.
 */
export async function aFamily(
  { database, folder }: FamilyPlace,
  { partitions = 1, catchesUp = false } = {},
  instead: Partial<ShardSupplies> = {},
) {
  const finals: Error[] = [];
  const onFinal = (error: Error) => finals.push(error);
  const parts = { metrics: new LedgerMetrics(new Registry()), logger: pino({ level: 'silent' }), onFinal };
  const { records = new ShardRecordRepository(database), sequenced = new SequencedLogRepository(database) } = instead;
  const opened = await openFamily({
    ...{ family: FAMILY, records, sequenced, partitions, catchesUp, ...parts },
    stores: await openStores({ tiles: { kind: 'files', folder }, heads: undefined }),
    sequencing: new SequencingRepository(database),
    witnesses: { cosignerOf: () => undefined },
    ...instead,
    ...{ records, sequenced },
  });
  const evidence = new EvidenceService({ logs: opened.logs, sources, now: () => new Date(), ...parts });
  return { ...opened, records, sequenced, evidence, finals };
}
export type AFamily = Awaited<ReturnType<typeof aFamily>>;

/** Publishes all that is sequenced in the shards. The family may go on after that. */
export async function publishShards({ logs }: Pick<AFamily, 'logs'>): Promise<void> {
  for (const { publisher } of logs.all) {
    publisher.start();
    await publisher.stop();
  }
}

/** Has the keeper take a turn, and shows readers what it did. */
export async function keep({ keeper, root }: Pick<AFamily, 'keeper' | 'root'>): Promise<void> {
  await keeper.turn();
  root.publisher.start();
  await root.publisher.stop();
  await keeper.showList();
}
