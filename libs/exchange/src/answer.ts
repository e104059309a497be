import { z } from 'zod';
import { decisionDetail } from './commitment.js';
import { erased } from './erasure.js';
import { digest } from './tokens.js';

/** A value of a row. Integers past 2^53 and decimals are strings: JSON numbers would change them. */
export const releasedValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const releasedData = z.strictObject({
  rows: z.array(z.record(z.string(), releasedValue)),
  next: z.string().optional().meta({ description: 'Send it as `cursor` for the next page. Absent on the last' }),
});
export type ReleasedData = z.infer<typeof releasedData>;

/** Proof that the access is recorded. `GET /v1/receipts/{id}` turns it into an offline proof once it is sequenced. */
export const receiptStub = z.strictObject({
  id: z.uuid(),
  /** SHA-256(0x00 || entry) of the decision's entry in base64url: what the log will prove. */
  leaf: digest,
  /** RFC 3339: by when the log promises to have it. */
  mergeBy: z.iso.datetime(),
});
export type ReceiptStub = z.infer<typeof receiptStub>;

/** `data` is last in time and first in the body: the gateway passes its bytes through and never writes them anew. */
export const exchangeAnswer = z.strictObject({ data: releasedData, release: z.string(), receipt: receiptStub });
export type ExchangeAnswer = z.infer<typeof exchangeAnswer>;

export const provenEntry = z.strictObject({
  /** The entry's bytes as text: canonical JSON. */
  entry: z.string(),
  /** The checkpoint's origin, which is also its key's name. */
  origin: z.string(),
  index: z.int().min(0),
  /** A C2SP tlog-proof: its text form, checkpoint included. */
  proof: z.string(),
  /**
   * The quorum that the checkpoint carries: how many witnesses the log waits for, and which cosigned. It says in names what
   * the checkpoint's signatures show; only these are believed. Absent where the log asks nobody.
   */
  quorum: z.strictObject({ needed: z.int().min(0), cosigned: z.array(z.string()) }).optional(),
});
export type ProvenEntry = z.infer<typeof provenEntry>;

/** What `GET /v1/receipts/{id}` gives, and what `sluice verify` reads. */
export const receipt = z.strictObject({
  id: z.uuid(),
  decision: provenEntry,
  /** Opens the decision entry's commitment. Gone once the detail is erased: every proof stays valid. */
  opening: z.strictObject({ nonce: digest, detail: decisionDetail }).optional(),
  /** Absent where the decision was a denial. */
  release: provenEntry.optional(),
  /** Present where the decision was a permit that no release followed. */
  failure: provenEntry.optional(),
  /** Who had the detail erased, when and why, as the gateway says. Present instead of `opening`. */
  erased: erased.optional(),
  /** The entry of that, once it is published. */
  erasure: provenEntry.optional(),
});
export type Receipt = z.infer<typeof receipt>;
