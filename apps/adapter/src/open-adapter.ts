import { dirname } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import type { EventPublisher } from '#events/transport.js';
import { readPublicKeys, readSigningKey } from '#platform/config/read-keys.js';
import { openDatabase } from '#platform/database/open-database.js';
import { ErasureTables1700000000100 } from '#platform/erasure/erasure-tables.migration.js';
import { createService } from '#platform/http/create-service.js';
import { OutboxTable1700000000000 } from '#platform/outbox/outbox-table.migration.js';
import { WriterChainTable1700000000200 } from '#platform/outbox/writer-chain.migration.js';
import { SignedRequestTables1700000000400 } from '#platform/replay/signed-request-tables.migration.js';
import { createPublisher } from '#platform/transport/transport.js';
import type { AdapterConfig } from './adapter-config.js';
import { AppModule } from './app.module.js';
import type { AdapterSupplies } from './assemble-adapter.js';
import type { DepartmentConfig } from './config/department.js';
import { liveExamples } from './documentation/live-examples.js';
import { Release1700000000001 } from './migrations/0001-release.js';
import { Witness1700000000002 } from './migrations/0002-witness.js';
import { Erasure1700000000103 } from './migrations/0003-erasure.js';
import { publicationOf } from './resources/published-resources.js';
import { openSource } from './source/open-source.js';
import { WITNESS_BODIES } from './witness/witness.controller.js';
import { readWitnessSettings } from './witness/witness-settings.js';

export const migrations = [
  OutboxTable1700000000000,
  Release1700000000001,
  Witness1700000000002,
  ErasureTables1700000000100,
  Erasure1700000000103,
  WriterChainTable1700000000200,
  SignedRequestTables1700000000400,
];

export interface OpenOptions {
  /** Instead of the one that the configuration names. Closed with the adapter. */
  readonly publisher?: EventPublisher;
  readonly now?: () => Date;
}

/** An adapter that does not listen yet. Rejects, and leaves nothing open, where something that it needs is not there. */
export async function openAdapter(
  config: AdapterConfig,
  department: DepartmentConfig,
  logger: Logger,
  options: OpenOptions = {},
): Promise<NestFastifyApplication> {
  const signingKey = readSigningKey(config.keyFile, 'ADAPTER_KEY_FILE');
  const gatewayKeys = readPublicKeys(config.gateway.keysFile, 'GATEWAY_KEYS_FILE');
  const { operatorKeysFile } = config;
  const operators = operatorKeysFile === undefined ? new Map() : readPublicKeys(operatorKeysFile, 'OPERATOR_KEYS_FILE');
  const witness = config.witnessFile === undefined ? undefined : readWitnessSettings(config.witnessFile);
  await using opened = new AsyncDisposableStack();
  const source = await openSource(department, {
    folder: dirname(config.departmentFile),
    onIdleError: (error) => {
      logger.warn({ err: error }, 'an idle connection of the source broke');
    },
  });
  opened.defer(() => source.close());
  const database = await openDatabase({
    ...config.database,
    name: `adapter-${department.department.id}`,
    migrations,
    onPoolError: (error) => {
      logger.warn({ err: error }, 'a database connection broke');
    },
  });
  opened.defer(() => database.destroy());
  const publisher = options.publisher ?? (await createPublisher(config.transport, signingKey, logger));
  opened.defer(() => publisher.close());
  const now = options.now ?? (() => new Date());
  const supplies = {
    config,
    department,
    logger,
    database,
    publisher,
    source,
    signingKey,
    gatewayKeys,
    operators,
    witness,
    now,
  };
  const app = await createAdapter(supplies);
  // From here on the lifecycle closes them.
  opened.move();
  return app;
}

function createAdapter(supplies: AdapterSupplies): Promise<NestFastifyApplication> {
  const { title } = supplies.department.department;
  return createService({
    module: AppModule.with(supplies),
    logger: supplies.logger,
    rawBodies: WITNESS_BODIES,
    document: {
      title: `Sluice adapter: ${title.en} / ${title.zh}`,
      description:
        "A department's own door. It acts on the gateway's signed decisions, releases what they grant and records it " +
        'first. Errors are problems (RFC 9457). Where it is a witness, it also serves C2SP tlog-witness under `/witness`.',
      version: '1.0.0',
      liveExamples: () => liveExamples(publicationOf(supplies.department)),
    },
  });
}
