import { z } from 'zod';
import { receipt, receiptStub, releasedData } from '#exchange/answer.js';

/** All that is needed to show, without asking anybody, what was asked and answered. */
export const evidenceFile = z.strictObject({
  /** The request's body, as it was signed and sent. */
  request: z.string().optional(),
  /** Absent where the exchange was refused or failed. */
  answer: z.strictObject({ data: releasedData, release: z.string() }).optional(),
  /** Absent until the log has the entries: `promised` says which, and by when. */
  receipt: receipt.optional(),
  promised: receiptStub.optional(),
});
export type EvidenceFile = z.output<typeof evidenceFile>;

/** What a file of evidence may hold: the above, or the receipt alone as the gateway gives it. */
export const anyEvidence = z.unknown().transform((value, context): EvidenceFile => {
  const isBare = typeof value === 'object' && value !== null && 'decision' in value;
  const result = isBare
    ? receipt.transform((bare) => ({ receipt: bare })).safeParse(value)
    : evidenceFile.safeParse(value);
  if (result.success) return result.data;
  for (const { message, path } of result.error.issues)
    context.issues.push({ code: 'custom', input: value, message, path });
  return z.NEVER;
});
