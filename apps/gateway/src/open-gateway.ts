import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import type { EventPublisher } from '#events/transport.js';
import { readPublicKeys, readSigningKey } from '#platform/config/read-keys.js';
import { openDatabase } from '#platform/database/open-database.js';
import { ErasureTables1700000000100 } from '#platform/erasure/erasure-tables.migration.js';
import { createService } from '#platform/http/create-service.js';
import type { DocumentOptions } from '#platform/http/openapi.js';
import { OutboxTable1700000000000 } from '#platform/outbox/outbox-table.migration.js';
import { WriterChainTable1700000000200 } from '#platform/outbox/writer-chain.migration.js';
import { createPublisher } from '#platform/transport/transport.js';
import { AppModule } from './app.module.js';
import { browserSigner } from './documentation/browser-signer.js';
import { liveExamples } from './documentation/live-examples.js';
import { SIGNATURE_SCHEME } from './documentation/signed-operation.js';
import type { GatewaySupplies } from './assemble-gateway.js';
import type { GatewayConfig } from './gateway-config.js';
import { Registry1700000000001 } from './migrations/0001-registry.js';
import { Access1700000000002 } from './migrations/0002-access.js';
import { Quota1700000000003 } from './migrations/0003-quota.js';
import { SignedRequest1700000000004 } from './migrations/0004-signed-request.js';
import { ForgottenRequests1700000000006 } from './migrations/0006-forgotten-requests.js';
import { Erasure1700000000105 } from './migrations/0005-erasure.js';
import { ReceiptRepository } from './receipts/receipt.repository.js';

export const migrations = [
  OutboxTable1700000000000,
  Registry1700000000001,
  Access1700000000002,
  Quota1700000000003,
  SignedRequest1700000000004,
  ForgottenRequests1700000000006,
  ErasureTables1700000000100,
  Erasure1700000000105,
  WriterChainTable1700000000200,
];

/** A department with hundreds of fields fits. What a caller may send to an exchange is less: LIMITS.bodyBytes. */
const BODY_LIMIT = 1024 * 1024;

export interface OpenOptions {
  /** Instead of the one that the configuration names. Closed with the gateway. */
  readonly publisher?: EventPublisher;
  readonly now?: () => Date;
}

/** A gateway that does not listen yet. Rejects, and leaves nothing open, where something that it needs is not there. */
export async function openGateway(
  config: GatewayConfig,
  logger: Logger,
  options: OpenOptions = {},
): Promise<NestFastifyApplication> {
  const signingKey = readSigningKey(config.gatewayKeyFile, 'GATEWAY_KEY_FILE');
  const operators = readPublicKeys(config.operatorKeysFile, 'OPERATOR_KEYS_FILE');
  const database = await openDatabase({
    ...config.database,
    name: 'gateway',
    migrations,
    onPoolError: (error) => {
      logger.warn({ err: error }, 'a database connection broke');
    },
  });
  try {
    const publisher = options.publisher ?? (await createPublisher(config.transport, signingKey, logger));
    const now = options.now ?? (() => new Date());
    return await createGateway({ config, logger, database, publisher, signingKey, operators, now });
  } catch (error) {
    await database.destroy();
    throw error;
  }
}

async function createGateway(supplies: GatewaySupplies): Promise<NestFastifyApplication> {
  try {
    return await createService({
      module: AppModule.with(supplies),
      logger: supplies.logger,
      bodyLimit: BODY_LIMIT,
      document: {
        title: 'Sluice gateway',
        version: '1.0.0',
        security: SIGNATURE_SCHEME,
        ...documentation(supplies),
      },
    });
  } catch (error) {
    await supplies.publisher.close();
    throw error;
  }
}

const DESCRIPTION =
  'One department asks another for what it may see, and proof stays. Requests are signed (RFC 9421), errors are problems ' +
  '(RFC 9457): see [/problems](/problems).';

/** A demonstration's page signs what a reader tries out. */
function documentation({
  config,
  database,
  logger,
}: GatewaySupplies): Pick<DocumentOptions, 'description' | 'pageScript' | 'liveExamples'> {
  if (config.docsKeyFile === undefined) {
    return { description: `${DESCRIPTION} This page does not sign.`, liveExamples: (app) => liveExamples(app) };
  }
  const asker = readSigningKey(config.docsKeyFile, 'DOCS_KEY_FILE');
  const { docsOperatorKeyFile: file } = config;
  const operator = file === undefined ? undefined : readSigningKey(file, 'DOCS_OPERATOR_KEY_FILE');
  logger.warn(
    { kids: [asker.kid, ...(operator === undefined ? [] : [operator.kid])] },
    'FOR DEMONSTRATIONS ONLY: /docs gives these private keys to everyone who can open it (DOCS_KEY_FILE, DOCS_OPERATOR_KEY_FILE)',
  );
  return {
    description: `${DESCRIPTION} **In this demonstration the page signs what you try out, with keys that it gives to everyone.**`,
    pageScript: browserSigner(asker, operator),
    liveExamples: (app) => liveExamples(app, { asker, accesses: new ReceiptRepository(database) }),
  };
}
