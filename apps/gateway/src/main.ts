import 'reflect-metadata';
import { readEnvironment } from '#platform/config/read-environment.js';
import { runService } from '#platform/http/run-service.js';
import { createLogger } from '#platform/logger.js';
import { gatewayConfig } from './gateway-config.js';
import { openGateway } from './open-gateway.js';

const logger = createLogger({ name: 'gateway' });

await runService(logger, async () => {
  const config = readEnvironment(gatewayConfig, process.env);
  logger.level = config.logLevel;
  return { app: await openGateway(config, logger), address: config.address };
});
