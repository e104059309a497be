import { z } from 'zod';
import { LEDGER_TOPIC, code, commitment, recordHead, type EventContract } from './contract.js';

const type = 'registry.changed.v1';

const schema = z.strictObject({
  type: z.literal(type),
  ...recordHead,
  subject: z.enum(['department', 'resource', 'system', 'key', 'agreement']),
  name: code,
  action: z.enum(['created', 'changed', 'revoked']),
  /** Present where the subject has versions. */
  version: z.int().min(1).optional(),
  /** SHA-256 over the canonical content after the change; of what is revoked, over the content before. */
  content: commitment,
  /** The operator's key. */
  by: code,
});
export type RegistryChanged = z.infer<typeof schema>;

/** What the gateway decides by was changed. `id` is the change's own. */
export const registryChangedV1: EventContract<RegistryChanged> = { type, tag: 4, topic: LEDGER_TOPIC, schema };
