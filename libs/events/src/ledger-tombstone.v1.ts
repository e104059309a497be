import { z } from 'zod';
import { LEDGER_TOPIC, code, commitment, entryHead, type EventContract } from './contract.js';

const type = 'ledger.tombstone.v1';

const schema = z.strictObject({
  type: z.literal(type),
  ...entryHead,
  /** Why the message could not become an entry. */
  reason: code,
  /** SHA-256 over the message's bytes as they came, and how many there were. The bytes are in the dead-letter topic. */
  message: commitment,
  size: z.int().min(0),
});
export type LedgerTombstone = z.infer<typeof schema>;

/**
 * A message came that is no event, or a batch that is nobody's word: the ledger's own entry in its place. `id` is made from the
 * hash of the bytes, so what comes again has the same one. Not among `contracts`: nobody can send it.
 */
export const ledgerTombstoneV1: EventContract<LedgerTombstone> = { type, tag: 1000, topic: LEDGER_TOPIC, schema };
