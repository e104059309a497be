import { z } from 'zod';
import { erasureGround } from '#privacy/erasure-ground.js';
import { LEDGER_TOPIC, code, recordHead, type EventContract } from './contract.js';

const type = 'access.erased.v1';

const schema = z.strictObject({
  type: z.literal(type),
  ...recordHead,
  /** The operator's key. */
  by: code,
  ground: erasureGround,
});
export type AccessErased = z.infer<typeof schema>;

/**
 * The gateway destroyed what opens a decision's commitment, and all else that it held of the request. `id` is the
 * exchange's: whoever the subject was is what nobody is to know any more.
 */
export const accessErasedV1: EventContract<AccessErased> = { type, tag: 5, topic: LEDGER_TOPIC, schema };
