import { z } from 'zod';

/** Why a person's traces are destroyed: Article 47 of the Personal Information Protection Law, Article 17 of the GDPR. */
export const erasureGrounds = [
  'purpose-fulfilled',
  'retention-ended',
  'consent-withdrawn',
  'unlawful',
  'required-by-law',
] as const;

/** A code and no words: it stands in the log, which has no room for what somebody might write of a person. */
export const erasureGround = z.enum(erasureGrounds);
export type ErasureGround = z.infer<typeof erasureGround>;
