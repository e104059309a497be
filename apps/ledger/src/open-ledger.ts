import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { readPublicKeys, readSigningKey } from '#platform/config/read-keys.js';
import { openDatabase } from '#platform/database/open-database.js';
import { Readiness } from '#platform/health/readiness.js';
import { createService } from '#platform/http/create-service.js';
import { createPublisher, createStrategy } from '#platform/transport/transport.js';
import { ownSource, sourceKeyOf } from './alerts/ledger-source.js';
import { AlertService } from './alerts/alert.service.js';
import { EXAMPLE_ALERT } from './alerts/alerts.controller.js';
import { AppModule } from './app.module.js';
import type { LedgerSupplies } from './assemble-ledger.js';
import type { LedgerConfig } from './ledger-config.js';
import { migrations } from './migrations/migrations.js';
import { EXAMPLE_EVENT } from './reading/events.controller.js';
import { newestEntries } from './reading/newest-entries.js';
import { SourceListFile } from './sequencing/source-list-file.js';
import { ShardLogs } from './shards/shard-log.js';
import { familyOf } from './shards/shard.js';
import { NO_WITNESSES, readWitnessPolicyFile } from './witnessing/witness-policy-file.js';

/** 5,000 events and their types fit. */
const BODY_LIMIT = 1024 * 1024;

export interface OpenOptions {
  /** The ledger must not go on: another has its work, or what it holds is not what was published. */
  readonly onFinal: (error: Error) => void;
  readonly now?: () => Date;
}

/** A ledger that neither listens nor takes events yet. Rejects, and leaves nothing open, where it must not run. */
export async function openLedger(
  config: LedgerConfig,
  logger: Logger,
  { onFinal, now = () => new Date() }: OpenOptions,
): Promise<NestFastifyApplication> {
  const { key } = readSigningKey(config.keyFile, 'LEDGER_KEY_FILE', 'EdDSA');
  const family = familyOf(config.origin, key);
  const signingKey = sourceKeyOf(key);
  const sources = SourceListFile.open(config.sourcesFile, ownSource(signingKey));
  const operators = operatorsOf(config);
  const { policyFile } = config.witnesses;
  const witnesses = policyFile === undefined ? NO_WITNESSES : readWitnessPolicyFile(policyFile);
  const database = await openDatabase({
    ...config.database,
    name: 'ledger',
    migrations,
    onPoolError: (error) => {
      logger.warn({ err: error }, 'a database connection broke');
    },
  });
  try {
    const publisher = await createPublisher(config.transport, signingKey, logger);
    const log = { config, logger, database, family, sources, witnesses, operators };
    const parts = { ...log, publisher, now, onFinal };
    return await createLedger(parts).catch(async (error: unknown) => {
      await publisher.close();
      throw error;
    });
  } catch (error) {
    await database.destroy();
    throw error;
  }
}

function operatorsOf({ operatorKeysFile: file }: LedgerConfig): LedgerSupplies['operators'] {
  return file === undefined ? new Map() : readPublicKeys(file, 'OPERATOR_KEYS_FILE');
}

async function createLedger(supplies: Omit<LedgerSupplies, 'isTaking'>): Promise<NestFastifyApplication> {
  const { config, logger } = supplies;
  // What was sequenced and not published is in no tile, and may be in the topic.
  const strategy = createStrategy(config.transport, { logger, startsOver: config.catchesUp });
  const app = await createService({
    module: AppModule.with({ ...supplies, isTaking: () => strategy.isTaking }),
    logger,
    bodyLimit: BODY_LIMIT,
    document: {
      title: 'Sluice ledger',
      description:
        'What departments did with each other’s data, in logs that anyone can verify: tiles and checkpoints by C2SP ' +
        'tlog-tiles, proofs by C2SP tlog-proof. Errors are problems (RFC 9457).',
      version: '1.0.0',
      liveExamples: async (service) => [
        { placeholder: EXAMPLE_EVENT, current: await newestEvent(service.get(ShardLogs)) },
        { placeholder: EXAMPLE_ALERT, current: (await service.get(AlertService).list({}, 1, undefined)).items[0]?.id },
      ],
    },
  });
  app.connectMicroservice({ strategy });
  app.get(Readiness).register('consumer', () => {
    strategy.check();
  });
  return app;
}

async function newestEvent(logs: ShardLogs): Promise<string | undefined> {
  const { entries } = await newestEntries(logs.all, 1, undefined);
  const id = entries[0]?.entry.id;
  return typeof id === 'string' ? id : undefined;
}
