import { z } from 'zod';
import { storageOf, storageVariables } from './publication/storage-variables.js';
import { logOrigin } from '#platform/config/log-origin.js';
import { serviceOf, serviceVariables } from '#platform/config/service-variables.js';
import { milliseconds } from '#platform/config/variables.js';
import { RELEASE_DEADLINES } from '#reconcile/pair-records.js';
import { checkTransport, transportOf, transportVariables } from '#platform/transport/transport-variables.js';

const THIRTY_DAYS_MS = 30 * 86_400_000;

const variables = z
  .object({
    ...serviceVariables({ port: 8801, poolSize: 8 }),
    ...transportVariables,
    LEDGER_ORIGIN: logOrigin,
    /** The Ed25519 private key of the log family, from which each shard's is derived: a JWK, or PKCS#8 in PEM. */
    LEDGER_KEY_FILE: z.string().min(1),
    /** Whose events are taken, and by which keys: see sequencing/source-list-file.ts. Read anew every few seconds. */
    SOURCES_FILE: z.string().min(1),
    /** The public keys of those who may explain and resolve alerts: a JWK set. Left out: nobody. */
    OPERATOR_KEYS_FILE: z.string().min(1).optional(),
    ...storageVariables,
    /** Who has to cosign a checkpoint before it is published: see witnessing/witness-policy-file.ts. Left out: nobody. */
    WITNESS_POLICY_FILE: z.string().min(1).optional(),
    /** Within which time a witness must have answered. */
    WITNESS_TIMEOUT_MS: z.coerce.number().int().min(50).max(60_000).default(3000),
    /** How often, in milliseconds, the root log is given what the shards have published. */
    ROOT_EVERY_MS: z.coerce.number().int().min(50).max(60_000).default(2000),
    /** Partitions, each with a shard that is open. It only ever grows. */
    LEDGER_SHARDS: z.coerce.number().int().min(1).max(256).default(1),
    /** Once, after an older backup was restored: takes into the database what it lacks of what was published. */
    LEDGER_CATCH_UP: z.stringbool().default(false),
    /** Within which time entries must be published. Longer, and the ledger says that it is not ready. */
    PUBLISH_WITHIN_MS: z.coerce.number().int().min(1000).max(600_000).default(10_000),
    /** Within which time the log must have the ledger's own events. Longer, and the ledger says that it is not ready. */
    MERGE_DELAY_MS: milliseconds(60_000, THIRTY_DAYS_MS),
    /** How often the reconciler looks for what was sequenced. */
    RECONCILE_EVERY_MS: milliseconds(1000, THIRTY_DAYS_MS),
    /** How long after one side's record of an exchange the other's may be sequenced: outboxes wait for what is down. */
    RECONCILE_PAIR_WITHIN_MS: milliseconds(600_000, THIRTY_DAYS_MS),
    /** How long after a later record of its sequence a record may be sequenced. */
    RECONCILE_FILL_WITHIN_MS: milliseconds(600_000, THIRTY_DAYS_MS),
    /** How long after a decision a release may be made: as long as a decision lives, and a source takes to answer. */
    RECONCILE_RELEASE_WITHIN_MS: milliseconds(RELEASE_DEADLINES.releaseWithin, THIRTY_DAYS_MS),
    /** How far the clocks of gateways and departments may be apart. */
    RECONCILE_CLOCK_SKEW_MS: milliseconds(RELEASE_DEADLINES.skew, THIRTY_DAYS_MS),
  })
  .superRefine(checkTransport)
  .refine((one) => one.EVENTS_URL === undefined || one.LEDGER_SHARDS <= 1, {
    path: ['LEDGER_SHARDS'],
    message: 'the embedded transport has one partition: more shards need KAFKA_BROKERS',
  });

export const ledgerConfig = variables.transform((one) => ({
  ...serviceOf(one),
  transport: transportOf(one, { clientId: 'ledger', groupId: 'ledger', partitions: one.LEDGER_SHARDS }),
  origin: one.LEDGER_ORIGIN,
  shards: one.LEDGER_SHARDS,
  keyFile: one.LEDGER_KEY_FILE,
  sourcesFile: one.SOURCES_FILE,
  operatorKeysFile: one.OPERATOR_KEYS_FILE,
  storage: storageOf(one),
  /** `timeout` in milliseconds. */
  witnesses: { policyFile: one.WITNESS_POLICY_FILE, timeout: one.WITNESS_TIMEOUT_MS },
  /** Milliseconds. */
  rootEvery: one.ROOT_EVERY_MS,
  catchesUp: one.LEDGER_CATCH_UP,
  /** Milliseconds. */
  publishWithin: one.PUBLISH_WITHIN_MS,
  mergeDelay: one.MERGE_DELAY_MS,
  /** Milliseconds. */
  reconciliation: {
    every: one.RECONCILE_EVERY_MS,
    pairWithin: one.RECONCILE_PAIR_WITHIN_MS,
    fillWithin: one.RECONCILE_FILL_WITHIN_MS,
    releaseWithin: one.RECONCILE_RELEASE_WITHIN_MS,
    skew: one.RECONCILE_CLOCK_SKEW_MS,
  },
}));
export type LedgerConfig = z.output<typeof ledgerConfig>;
