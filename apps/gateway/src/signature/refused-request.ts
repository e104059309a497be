import type { SignatureRefusal } from '#exchange/signature-refusal.js';

export interface RefusedRequest extends SignatureRefusal {
  /** A well-formed thumbprint, and nobody's word that it is the sender's. Absent where none could be read. */
  readonly claimedKeyid?: string;
}
