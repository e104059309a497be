import { z } from 'zod';
import {
  LEDGER_TOPIC,
  agreedBasis,
  agreementVersion,
  code,
  commitment,
  recordHead,
  type EventContract,
} from './contract.js';

const type = 'access.decided.v1';

const schema = z.strictObject({
  type: z.literal(type),
  ...recordHead,
  /** The system that asked; where the signature did not verify, the one that the key id claims. */
  consumer: code,
  /** False where the request could not be shown to come from `consumer`. */
  authenticated: z.boolean(),
  mode: z.literal('records'),
  outcome: z.enum(['permit', 'deny']),
  /** A problem code. Present when denied. */
  reason: code.optional(),
  /** What the caller named is here only where the deployment knows it: a caller's free text never enters the log. */
  resource: code.optional(),
  purpose: code.optional(),
  basis: agreedBasis.optional(),
  select: z.array(code),
  where: z.array(code),
  agreements: z.array(agreementVersion),
  /** SHA-256 over the agreements that decided. */
  policy: commitment.optional(),
  /**
   * SHA-256 of the decision's JWS, which the release names too. Of a permit; and of a denied replay for which a department was
   * asked before the exchange that it repeats was seen to be on record: what is released by this decision reaches nobody.
   */
  decision: commitment.optional(),
  /** Of a permit: how many rows may be released. */
  limit: z.int().min(1).optional(),
  /** The exchange that a replayed request repeats. */
  repeats: z.uuid().optional(),
  commitment,
});
export type AccessDecided = z.infer<typeof schema>;

/** The gateway permitted or denied an exchange. `id` is the exchange's. */
export const accessDecidedV1: EventContract<AccessDecided> = { type, tag: 1, topic: LEDGER_TOPIC, schema };
