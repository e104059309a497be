import 'reflect-metadata';
import { readEnvironment } from '#platform/config/read-environment.js';
import { runService } from '#platform/http/run-service.js';
import { createLogger } from '#platform/logger.js';
import { ledgerConfig } from './ledger-config.js';
import { LedgerError } from './ledger-error.js';
import { openLedger } from './open-ledger.js';

const logger = createLogger({ name: 'ledger' });

/** Nothing is lost by ending at once: what was acknowledged is committed, and the next start takes up the rest. */
function endAtOnce(error: Error): never {
  logger.fatal(error.message);
  logger.flush();
  process.exit(1);
}

/** A ledger that must not run says so in plain words: it is for an operator to mend, and a stack would not help. */
function refuse(error: unknown): never {
  if (error instanceof LedgerError) endAtOnce(error);
  throw error;
}

await runService(logger, async () => {
  const config = readEnvironment(ledgerConfig, process.env);
  logger.level = config.logLevel;
  const app = await openLedger(config, logger, { onFinal: endAtOnce }).catch(refuse);
  return { app, address: config.address };
});
