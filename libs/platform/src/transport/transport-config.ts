import { z } from 'zod';
import { postgresUrl } from '../config/urls.js';

const tls = z.strictObject({
  /** PEM text, not paths. */
  ca: z.union([z.string(), z.array(z.string())]).optional(),
  cert: z.string().optional(),
  key: z.string().optional(),
  passphrase: z.string().optional(),
  servername: z.string().optional(),
});
const login = { username: z.string().min(1), password: z.string().min(1) };

const kafka = z.strictObject({
  kind: z.literal('kafka'),
  brokers: z.array(z.string().regex(/^[^\s,]+:\d{1,5}$/, 'host:port')).min(1),
  clientId: z.string().min(1),
  /** Consumers of one group share the partitions. Without it, `clientId`. */
  groupId: z.string().min(1).optional(),
  ssl: z.union([z.boolean(), tls]).optional(),
  sasl: z
    .discriminatedUnion('mechanism', [
      z.strictObject({ mechanism: z.literal('plain'), ...login }),
      z.strictObject({ mechanism: z.literal('scram-sha-256'), ...login }),
      z.strictObject({ mechanism: z.literal('scram-sha-512'), ...login }),
    ])
    .optional(),
  /** Of topics that a consumer creates; a publisher creates none. One that exists keeps what it has: keys would move. */
  partitions: z.int().min(1).max(1000).optional(),
  replicationFactor: z.int().min(1).max(10).default(1),
});

const embedded = z.strictObject({
  kind: z.literal('embedded'),
  /** The PostgreSQL database that holds the queues. Publishers and consumers name the same one. */
  url: postgresUrl,
});

export const transportConfig = z.discriminatedUnion('kind', [kafka, embedded]);
export type TransportConfig = z.infer<typeof transportConfig>;
export type KafkaConfig = z.infer<typeof kafka>;
export type EmbeddedConfig = z.infer<typeof embedded>;
