import { readFileSync } from 'node:fs';
import type { INestApplication } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import type { EventPublisher } from '#events/transport.js';
import { loadSigningKey, type SigningKey } from '#exchange/keys.js';
import { ConfigError } from '#platform/config/config-error.js';
import { openDatabase } from '#platform/database/open-database.js';
import { createService } from '#platform/http/create-service.js';
import type { DocumentOptions } from '#platform/http/openapi.js';
import { OutboxTable1700000000000 } from '#platform/outbox/outbox-table.migration.js';
import { createPublisher } from '#platform/transport/transport.js';
import { readOperatorKeys } from './administration/operator-keys.js';
import { AppModule } from './app.module.js';
import { browserSigner } from './documentation/browser-signer.js';
import { SIGNATURE_SCHEME } from './documentation/signed-operation.js';
import type { GatewaySupplies } from './assemble-gateway.js';
import type { GatewayConfig } from './gateway-config.js';
import { Registry1700000000001 } from './migrations/0001-registry.js';
import { Access1700000000002 } from './migrations/0002-access.js';
import { Quota1700000000003 } from './migrations/0003-quota.js';
import { SignedRequest1700000000004 } from './migrations/0004-signed-request.js';
import { EXAMPLE_ACCESS } from './receipts/receipt.controller.js';
import { ReceiptRepository } from './receipts/receipt.repository.js';
import { RegistryService } from './registry/registry.service.js';

export const migrations = [
  OutboxTable1700000000000,
  Registry1700000000001,
  Access1700000000002,
  Quota1700000000003,
  SignedRequest1700000000004,
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
  const signingKey = readSigningKey('GATEWAY_KEY_FILE', config.gatewayKeyFile);
  const operators = readOperatorKeys(config.operatorKeysFile);
  const database = await openDatabase({
    url: config.databaseUrl,
    name: 'gateway',
    poolSize: config.poolSize,
    migrations,
    onPoolError: (error) => {
      logger.warn({ err: error }, 'a database connection broke');
    },
  });
  try {
    const publisher = options.publisher ?? (await createPublisher(config.transport, logger));
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
        description:
          'One department asks another for what it may see, and proof stays. Requests are signed (RFC 9421), errors are problems (RFC 9457): see /problems.',
        version: '1.0.0',
        security: SIGNATURE_SCHEME,
        ...demonstration(supplies),
      },
    });
  } catch (error) {
    await supplies.publisher.close();
    throw error;
  }
}

/** Of a demonstration, whose page signs what a reader tries out. */
function demonstration({ config, database }: GatewaySupplies): Pick<DocumentOptions, 'pageScript' | 'liveExample'> {
  if (config.docsKeyFile === undefined) return {};
  const asker = readSigningKey('DOCS_KEY_FILE', config.docsKeyFile);
  const { docsOperatorKeyFile: file } = config;
  const operator = file === undefined ? undefined : readSigningKey('DOCS_OPERATOR_KEY_FILE', file);
  const current = async (app: INestApplication) => {
    const system = app.get(RegistryService).find(asker.kid)?.system;
    return system === undefined ? undefined : new ReceiptRepository(database).newest(system);
  };
  return { pageScript: browserSigner(asker, operator), liveExample: { placeholder: EXAMPLE_ACCESS, current } };
}

function readSigningKey(variable: string, path: string): SigningKey {
  try {
    return loadSigningKey(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError(
      'UNREADABLE',
      `${variable} ${path}: ${error instanceof Error ? error.message : 'unreadable'}`,
    );
  }
}
