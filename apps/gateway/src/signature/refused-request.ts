import type { ProblemCode } from '#exchange/problem.js';
import type { SignatureRefusal } from '#exchange/signature-profile.js';

export interface RefusedRequest extends SignatureRefusal {
  /** A well-formed thumbprint, and nobody's word that it is the sender's. Absent where none could be read. */
  readonly claimedKeyid?: string;
}

export function refuse(code: ProblemCode, detail: string): SignatureRefusal {
  return { ok: false, code, detail };
}
