import type { SignedRequest } from '#platform/replay/signed-request.repository.js';

/** What the request itself proves of who sent it: with these headers and the body anybody can verify it again. */
export interface SignatureEvidence {
  readonly authority: string;
  readonly signatureInput: string;
  readonly signature: string;
  readonly contentDigest: string | undefined;
}

/** Whose signature a request bears. */
export interface AuthenticCaller {
  /** `department/name`. */
  readonly system: string;
  readonly keyid: string;
  readonly nonce: string;
  /** Seconds. */
  readonly created: number;
  /** The same for the same signature: see exchange-id. */
  readonly exchangeId: string;
  readonly evidence: SignatureEvidence;
}

/** By what it is told whether the request was made before. */
export function signedRequestOf({ exchangeId, created }: AuthenticCaller): SignedRequest {
  return { id: exchangeId, created: new Date(created * 1000) };
}
