import { z } from 'zod';
import { checkTransport, transportOf, transportVariables } from '#platform/transport/transport-variables.js';

const postgresUrl = z.url({ protocol: /^postgres(ql)?$/ });
const httpUrl = z.url({ protocol: /^https?$/ });
const count = (fallback: number, max: number) => z.coerce.number().int().min(1).max(max).default(fallback);

const variables = z
  .object({
    DATABASE_URL: postgresUrl,
    HOST: z.string().min(1).default('127.0.0.1'),
    PORT: z.coerce.number().int().min(0).max(65_535).default(8810),
    LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
    ...transportVariables,
    LEDGER_URL: httpUrl,
    /** The department's file: see config/department.ts. Its `${NAME}`s are expanded from this environment. */
    ADAPTER_CONFIG: z.string().min(1),
    /** The private key that releases are signed with: a JWK, or PKCS#8 in PEM. */
    ADAPTER_KEY_FILE: z.string().min(1),
    /** The public keys that the gateway signs decisions with: a JWK set. */
    GATEWAY_KEYS_FILE: z.string().min(1),
    /** The `iss` of the gateway's decisions. */
    GATEWAY_ISSUER: z.string().min(1).max(200).default('gateway'),
    /** Of pseudonyms: 32 bytes or more in base64url. Left out, it is derived from the adapter's key, and changes with it. */
    PSEUDONYM_SECRET: z
      .string()
      .regex(/^[A-Za-z0-9_-]{43,}$/, '32 bytes or more in base64url')
      .optional(),
    /** Pseudonyms of one epoch stay equal; a new name makes all of them new. */
    PSEUDONYM_EPOCH: z.string().min(1).max(100).default('1'),
    /** Connections to the adapter's own database. */
    POOL_SIZE: count(4, 200),
    /** Within which time the log promises to have an entry. Longer, and the adapter says that it is not ready. */
    MERGE_DELAY_MS: count(60_000, 86_400_000),
  })
  .superRefine(checkTransport);

export const adapterConfig = variables.transform((one) => ({
  databaseUrl: one.DATABASE_URL,
  poolSize: one.POOL_SIZE,
  address: { host: one.HOST, port: one.PORT },
  logLevel: one.LOG_LEVEL,
  transport: transportOf(one, { clientId: 'adapter', partitions: 1 }),
  ledgerUrl: one.LEDGER_URL,
  departmentFile: one.ADAPTER_CONFIG,
  keyFile: one.ADAPTER_KEY_FILE,
  gateway: { keysFile: one.GATEWAY_KEYS_FILE, issuer: one.GATEWAY_ISSUER },
  pseudonyms: { secret: one.PSEUDONYM_SECRET, epoch: one.PSEUDONYM_EPOCH },
  /** Milliseconds. */
  mergeDelay: one.MERGE_DELAY_MS,
}));
export type AdapterConfig = z.output<typeof adapterConfig>;
