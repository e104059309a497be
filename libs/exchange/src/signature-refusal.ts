import type { ProblemCode } from './problem.js';

/** Why a signature is not taken. A value: a refused request is an everyday thing. */
export interface SignatureRefusal {
  readonly ok: false;
  readonly code: ProblemCode;
  /** Safe to show: it repeats nothing that the caller sent. */
  readonly detail: string;
}

export function refuse(code: ProblemCode, detail: string): SignatureRefusal {
  return { ok: false, code, detail };
}

export function malformed(detail: string): SignatureRefusal {
  return refuse('SIGNATURE_MALFORMED', detail);
}
