import { z } from 'zod';
import { erasureGround } from '#privacy/erasure-ground.js';
import { LEDGER_TOPIC, code, recordHead, type EventContract } from './contract.js';

const type = 'release.erased.v1';

const schema = z.strictObject({
  type: z.literal(type),
  ...recordHead,
  /** The operator's key. */
  by: code,
  ground: erasureGround,
});
export type ReleaseErased = z.infer<typeof schema>;

/** A department destroyed what opens a release's commitment, and the decision that it acted on. `id` is the exchange's. */
export const releaseErasedV1: EventContract<ReleaseErased> = { type, tag: 6, topic: LEDGER_TOPIC, schema };
