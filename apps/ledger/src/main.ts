import 'reflect-metadata';
import { readEnvironment } from '#platform/config/read-environment.js';
import { runService } from '#platform/http/run-service.js';
import { createLogger } from '#platform/logger.js';
import { ledgerConfig } from './ledger-config.js';
import { openLedger } from './open-ledger.js';

const logger = createLogger({ name: 'ledger' });

/** Nothing is lost by ending at once: what was acknowledged is committed, and the next start takes up the rest. */
function endAtOnce(error: Error): never {
  logger.fatal(error.message);
  logger.flush();
  process.exit(1);
}

await runService(logger, async () => {
  const config = readEnvironment(ledgerConfig, process.env);
  logger.level = config.logLevel;
  return { app: await openLedger(config, logger, { onFinal: endAtOnce }), address: config.address };
});
