import { z } from 'zod';
import { postgresUrl } from '../config/urls.js';
import { commaList } from '../config/variables.js';
import type { KafkaConfig, TransportConfig } from './transport-config.js';

/** How a service is told of its transport: for the object that its environment is read by. See `checkTransport`. */
export const transportVariables = {
  /** The PostgreSQL database of the embedded transport. This or KAFKA_BROKERS. */
  EVENTS_URL: postgresUrl.optional(),
  KAFKA_BROKERS: commaList(/^[^\s,]+:\d{1,5}$/, 'host:port').optional(),
  /** An authority that Node does not know is named by its own NODE_EXTRA_CA_CERTS. */
  KAFKA_TLS: z.enum(['true', 'false']).default('false'),
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).default('scram-sha-512'),
  /** With it, the service logs in. */
  KAFKA_USERNAME: z.string().min(1).optional(),
  KAFKA_PASSWORD: z.string().min(1).optional(),
  /** Of topics that the ledger creates: on how many brokers each message is. */
  KAFKA_REPLICATION_FACTOR: z.coerce.number().int().min(1).max(10).default(1),
};
export type TransportVariables = z.output<z.ZodObject<typeof transportVariables>>;

/** What the variables must be together: for `superRefine`. */
export function checkTransport(one: TransportVariables, context: z.RefinementCtx): void {
  const wrong = (name: keyof TransportVariables, message: string): void => {
    context.addIssue({ code: 'custom', path: [name], message });
  };
  if ((one.EVENTS_URL === undefined) === (one.KAFKA_BROKERS === undefined)) {
    wrong('EVENTS_URL', 'set either EVENTS_URL or KAFKA_BROKERS');
  }
  if ((one.KAFKA_USERNAME === undefined) !== (one.KAFKA_PASSWORD === undefined)) {
    wrong('KAFKA_PASSWORD', 'set KAFKA_USERNAME and KAFKA_PASSWORD, or neither');
  }
  if (one.KAFKA_PASSWORD !== undefined && one.KAFKA_SASL_MECHANISM === 'plain' && one.KAFKA_TLS === 'false') {
    wrong('KAFKA_TLS', 'a plain login sends the password as it is: set KAFKA_TLS=true, or another mechanism');
  }
}

/** `checkTransport` has been through. */
export function transportOf(
  one: TransportVariables,
  service: Pick<KafkaConfig, 'clientId' | 'groupId' | 'partitions'>,
): TransportConfig {
  if (one.EVENTS_URL !== undefined) return { kind: 'embedded', url: one.EVENTS_URL };
  const { KAFKA_USERNAME: username, KAFKA_PASSWORD: password, KAFKA_SASL_MECHANISM: mechanism } = one;
  return {
    kind: 'kafka',
    brokers: one.KAFKA_BROKERS ?? [],
    ...service,
    ...(one.KAFKA_TLS === 'true' ? { ssl: true } : {}),
    ...(username === undefined || password === undefined ? {} : { sasl: { mechanism, username, password } }),
    replicationFactor: one.KAFKA_REPLICATION_FACTOR,
  };
}
