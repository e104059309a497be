import { z } from 'zod';
import { erasureGround } from '#privacy/erasure-ground.js';
import { isStorable } from './names.js';
import { digest } from './tokens.js';

export const erasureRequest = z
  .strictObject({
    /** As the requests named the person: a national id, a number of an account. Spaces and case do not matter. */
    subject: z.string().min(1).max(500).refine(isStorable, 'must be well-formed text without NUL').optional(),
    /** Exchanges that are known to be about the person: a department knows of more than were asked by his id. */
    exchanges: z.array(z.uuid().toLowerCase()).max(10_000).default([]),
    ground: erasureGround,
    /** Finds what there is, and destroys nothing. */
    dryRun: z.boolean().default(false),
    /** 32 random bytes in base64url: no digest of these bytes, wherever one is kept, can be tried with ids. */
    salt: digest,
  })
  .refine((one) => one.subject !== undefined || one.exchanges.length > 0, 'names no subject and no exchange');
export type ErasureRequest = z.infer<typeof erasureRequest>;

/** `details`: how many were destroyed, or would be. What was destroyed before is not among them. */
export const erasureAnswer = z.strictObject({
  details: z.int().min(0),
  exchanges: z.array(z.uuid()),
  dryRun: z.boolean(),
});
export type ErasureAnswer = z.infer<typeof erasureAnswer>;

/** Who had the detail of an exchange destroyed, when, and why. */
export const erased = z.strictObject({ at: z.iso.datetime(), by: z.string(), ground: erasureGround });
export type Erased = z.infer<typeof erased>;

/** An operator's order to erase, at a department's adapter: see operator-order.ts. */
export const ERASURE_HEADER = 'sluice-erasure';
export const ERASURE_TYPE = 'sluice-erasure+jwt';
