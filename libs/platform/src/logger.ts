import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';
import { logError } from './log-error.js';

export interface LogOptions {
  readonly name: string;
  readonly level?: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

/**
 * One JSON object a line, on standard output unless told otherwise, times in UTC. Bodies, headers and query strings are
 * never logged: what is not given to a logger cannot leak from its lines.
 */
export function createLogger(options: LogOptions, destination: DestinationStream = pino.destination(1)): Logger {
  const settings = {
    name: options.name,
    level: options.level ?? 'info',
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: (error: unknown) => logError(error) },
    redact: ['*.password', '*.url', '*.secret', '*.connectionString'],
  };
  return pino(settings, destination);
}

/** Nest's own messages in the same form. Its routine lines are of interest to a developer alone. */
export function nestLogger(logger: Logger): LoggerService {
  const write =
    (level: 'debug' | 'warn' | 'error' | 'fatal') =>
    (message: unknown, ...rest: unknown[]) => {
      if (message instanceof Error) logger[level]({ err: message, rest }, message.message);
      else logger[level]({ rest }, String(message));
    };
  return { log: write('debug'), warn: write('warn'), error: write('error'), fatal: write('fatal') };
}
