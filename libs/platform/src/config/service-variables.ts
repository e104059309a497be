import { z } from 'zod';
import { postgresUrl } from './urls.js';

/** What every service is told: for the object that its environment is read by. See `serviceOf`. */
export const serviceVariables = (fallback: { readonly port: number; readonly poolSize: number }) => ({
  /** The service's own database. */
  DATABASE_URL: postgresUrl,
  /** Connections to it. */
  POOL_SIZE: z.coerce.number().int().min(1).max(200).default(fallback.poolSize),
  /** A statement that takes longer is given up, and a connection that is silent for two seconds more. */
  STATEMENT_TIMEOUT_MS: z.coerce.number().int().min(100).max(600_000).default(10_000),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(fallback.port),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
});
type ServiceVariables = z.output<z.ZodObject<ReturnType<typeof serviceVariables>>>;

export function serviceOf(one: ServiceVariables) {
  return {
    database: { url: one.DATABASE_URL, poolSize: one.POOL_SIZE, statementTimeoutMs: one.STATEMENT_TIMEOUT_MS },
    address: { host: one.HOST, port: one.PORT },
    logLevel: one.LOG_LEVEL,
  };
}
