import { z } from 'zod';
import { receipt, releasedData } from '#exchange/answer.js';

/** What `sluice ask --receipt` keeps: all that is needed to show, without asking anybody, what was asked and answered. */
export const evidenceFile = z.strictObject({
  format: z.literal('sluice-evidence/1'),
  /** The request's body, as it was signed and sent. */
  request: z.string(),
  /** Absent where the exchange was refused or failed. */
  answer: z.strictObject({ data: releasedData, release: z.string() }).optional(),
  receipt,
});
export type EvidenceFile = z.infer<typeof evidenceFile>;
