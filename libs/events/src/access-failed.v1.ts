import { z } from 'zod';
import { LEDGER_TOPIC, code, recordHead, type EventContract } from './contract.js';

const type = 'access.failed.v1';

const schema = z.strictObject({
  type: z.literal(type),
  ...recordHead,
  consumer: code,
  resource: code,
  /** A problem code: what the caller was told. */
  reason: code,
});
export type AccessFailed = z.infer<typeof schema>;

/** A permitted exchange gave its caller no data. `id` is the exchange's. */
export const accessFailedV1: EventContract<AccessFailed> = { type, tag: 3, topic: LEDGER_TOPIC, schema };
