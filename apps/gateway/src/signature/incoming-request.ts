import type { SignedTarget } from '#exchange/signature-profile.js';
import { malformed, refuse, type SignatureRefusal } from '#exchange/signature-refusal.js';
import type { SignatureEvidence } from './authentic-caller.js';

export interface IncomingRequest {
  /** The route that it came to, of whose path a target may be another spelling. */
  readonly route: string | undefined;
  readonly method: string;
  /** As the request line has it: path and query, percent-encoding and all. */
  readonly target: string;
  /** Names and values in turn, as they came: a header that came twice is there twice. */
  readonly rawHeaders: readonly string[];
  /** The bytes that came. Empty where there is no body. */
  readonly body: Uint8Array;
}

const single = new Set(['host', 'signature-input', 'signature', 'content-digest']);
/** Of a header that is kept as evidence: one that follows the profile is a third as long. */
const LONGEST = 1000;
const visible = /^[\x21-\x7e]+$/;

/** Two headers of one name would be joined by one reader and dropped by another, so one is all that there may be. */
export function readEvidence(
  rawHeaders: readonly string[],
): { readonly ok: true; readonly evidence: SignatureEvidence } | SignatureRefusal {
  const found = new Map<string, string>();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? '';
    if (!single.has(name)) continue;
    if (found.has(name)) return malformed(`${name} is there twice`);
    const value = rawHeaders[at + 1] ?? '';
    if (value.length > LONGEST) return malformed(`${name} is too long`);
    found.set(name, value);
  }
  const authority = found.get('host')?.toLowerCase();
  const signatureInput = found.get('signature-input');
  const signature = found.get('signature');
  if (signatureInput === undefined || signature === undefined || authority === undefined) {
    return refuse('SIGNATURE_MISSING', 'sign the request: Signature-Input and Signature (RFC 9421)');
  }
  const contentDigest = found.get('content-digest');
  return { ok: true, evidence: { authority, signatureInput, signature, contentDigest } };
}

/** What a signature of this request has to cover. */
export function targetOf(
  request: IncomingRequest,
  evidence: SignatureEvidence,
): { readonly ok: true; readonly target: SignedTarget } | SignatureRefusal {
  const { method, target } = request;
  // A line break here would let one component pass for two.
  if (!visible.test(method) || !visible.test(target)) return malformed('the request line is not ASCII');
  const at = target.indexOf('?');
  return {
    ok: true,
    target: {
      method,
      authority: evidence.authority,
      path: at < 0 ? target : target.slice(0, at),
      query: at < 0 ? undefined : target.slice(at),
      contentDigest: evidence.contentDigest,
    },
  };
}
