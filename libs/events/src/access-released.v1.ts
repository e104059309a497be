import { z } from 'zod';
import { LEDGER_TOPIC, code, commitment, recordHead, type EventContract } from './contract.js';

const type = 'access.released.v1';

const schema = z.strictObject({
  type: z.literal(type),
  ...recordHead,
  consumer: code,
  resource: code,
  purpose: code,
  fields: z.array(code),
  rows: z.int().min(0),
  policy: commitment,
  /** SHA-256 of the decision's JWS: pairs this with the gateway's own record. */
  decision: commitment,
  commitment,
});
export type AccessReleased = z.infer<typeof schema>;

/** An adapter released data. `id` is the exchange's: one exchange has one release. */
export const accessReleasedV1: EventContract<AccessReleased> = { type, tag: 2, topic: LEDGER_TOPIC, schema };
