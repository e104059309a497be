import { z } from 'zod';
import { serviceOf, serviceVariables } from '#platform/config/service-variables.js';
import { logOrigin } from '#platform/config/log-origin.js';
import { httpUrl } from '#platform/config/urls.js';
import { milliseconds } from '#platform/config/variables.js';
import { subjectSecretVariable } from '#platform/erasure/subject-secret.js';
import { checkTransport, transportOf, transportVariables } from '#platform/transport/transport-variables.js';

const variables = z
  .object({
    ...serviceVariables({ port: 8810, poolSize: 4 }),
    ...transportVariables,
    LEDGER_URL: httpUrl,
    /** The origin of the ledger's logs, by which orders name the installation that they are for. */
    LEDGER_ORIGIN: logOrigin.optional(),
    /** The department's file: see config/department.ts. Its `${NAME}`s are expanded from this environment. */
    ADAPTER_CONFIG: z.string().min(1),
    /** The private key that releases are signed with: a JWK, or PKCS#8 in PEM. */
    ADAPTER_KEY_FILE: z.string().min(1),
    /** The public keys that the gateway signs decisions with: a JWK set. */
    GATEWAY_KEYS_FILE: z.string().min(1),
    /** The public keys of those who may erase what this department holds: a JWK set. Left out, nobody may. */
    OPERATOR_KEYS_FILE: z.string().min(1).optional(),
    SUBJECT_SECRET: subjectSecretVariable,
    /** The `iss` of the gateway's decisions. */
    GATEWAY_ISSUER: z.string().min(1).max(200).default('gateway'),
    /** Of pseudonyms: 32 bytes or more in base64url. Left out, it is derived from the adapter's key, and changes with it. */
    PSEUDONYM_SECRET: z
      .string()
      .regex(/^[A-Za-z0-9_-]{43,}$/, '32 bytes or more in base64url')
      .optional(),
    /** Pseudonyms of one epoch stay equal; a new name makes all of them new. */
    PSEUDONYM_EPOCH: z.string().min(1).max(100).default('1'),
    /** Makes the adapter a witness of logs: see witness/witness-settings.ts. Left out, it is none. */
    WITNESS_FILE: z.string().min(1).optional(),
    /** Within which time the log promises to have an entry. Longer, and the adapter says that it is not ready. */
    MERGE_DELAY_MS: milliseconds(60_000, 86_400_000),
  })
  .superRefine(checkTransport)
  .refine((one) => one.OPERATOR_KEYS_FILE === undefined || one.LEDGER_ORIGIN !== undefined, {
    path: ['LEDGER_ORIGIN'],
    message: 'operators name it in their orders: set it beside OPERATOR_KEYS_FILE',
  });

export const adapterConfig = variables.transform((one) => ({
  ...serviceOf(one),
  transport: transportOf(one, { clientId: 'adapter' }),
  ledgerUrl: one.LEDGER_URL,
  ledgerOrigin: one.LEDGER_ORIGIN,
  departmentFile: one.ADAPTER_CONFIG,
  keyFile: one.ADAPTER_KEY_FILE,
  gateway: { keysFile: one.GATEWAY_KEYS_FILE, issuer: one.GATEWAY_ISSUER },
  operatorKeysFile: one.OPERATOR_KEYS_FILE,
  subjectSecret: one.SUBJECT_SECRET,
  witnessFile: one.WITNESS_FILE,
  pseudonyms: { secret: one.PSEUDONYM_SECRET, epoch: one.PSEUDONYM_EPOCH },
  /** Milliseconds. */
  mergeDelay: one.MERGE_DELAY_MS,
}));
export type AdapterConfig = z.output<typeof adapterConfig>;
