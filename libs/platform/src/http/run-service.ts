import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { ConfigError } from '../config/config-error.js';
import { Readiness } from '../health/readiness.js';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Starts a service and keeps it until SIGTERM, SIGINT or the end of the process that started it. Then it tells its
 * readiness, finishes the requests under way, and lets go of what it holds, in that order: whatever a request still needs
 * is closed in `onApplicationShutdown`, not before.
 */
export async function runService(
  logger: Logger,
  start: () => Promise<{ readonly app: NestFastifyApplication; readonly address: Address }>,
): Promise<void> {
  try {
    const { app, address } = await start();
    closeOnSignals(app, logger);
    await app.startAllMicroservices();
    await app.listen(address.port, address.host);
    logger.info({ host: address.host, port: address.port }, 'listening');
  } catch (error) {
    reportStartFailure(error, logger);
    // A half-started service may hold connections that would keep the process alive for ever.
    process.exit(1);
  }
}

function closeOnSignals(app: NestFastifyApplication, logger: Logger): void {
  let closing: Promise<void> | undefined;
  const close = (reason: string) => {
    closing ??= (async () => {
      logger.info({ reason }, 'stopping');
      app.get(Readiness).drain();
      try {
        await app.close();
        process.exit(0);
      } catch (error) {
        logger.error({ err: error }, 'could not stop cleanly');
        process.exit(1);
      }
    })();
  };
  process.once('SIGTERM', () => {
    close('SIGTERM');
  });
  process.once('SIGINT', () => {
    close('SIGINT');
  });
  // Present only where a supervisor started us: without it, nobody would stop us.
  process.once('disconnect', () => {
    close('the supervisor is gone');
  });
}

/** An operator's mistake is told in plain words, anything else with its stack. */
function reportStartFailure(error: unknown, logger: Logger): void {
  if (error instanceof ConfigError) logger.fatal(error.message);
  else if (isAddressInUse(error)) logger.fatal(`the port is in use: ${error.message}`);
  else logger.fatal({ err: error }, 'could not start');
  logger.flush();
}

function isAddressInUse(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
