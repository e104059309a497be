import { algorithmOf, verifyBytes } from '#exchange/keys.js';
import { checkContentDigest } from '#exchange/check-content-digest.js';
import { readSignature, type ReadSignature } from '#exchange/read-signature.js';
import { CLOCK_WINDOW, componentsOf, linesOf, signatureBase, type SignedTarget } from '#exchange/signature-profile.js';
import { refuse, type SignatureRefusal } from '#exchange/signature-refusal.js';
import type { AuthenticCaller } from './authentic-caller.js';
import { exchangeId } from './exchange-id.js';
import { readEvidence, targetOf, type IncomingRequest } from './incoming-request.js';
import type { RegisteredKey } from './key-registry.js';
import type { RefusedRequest } from './refused-request.js';

export interface Verifier {
  /** The names, in lower case and with any port, under which callers reach this gateway. */
  readonly authorities: ReadonlySet<string>;
  readonly findKey: (keyid: string) => RegisteredKey | undefined;
  readonly now: Date;
}

/**
 * Who sent this request, by its signature. The cheap checks come first and the signature last; nothing of the request
 * is believed before all have passed. Throws what `findKey` throws.
 */
export function verifyRequest(
  request: IncomingRequest,
  verifier: Verifier,
): { readonly ok: true; readonly caller: AuthenticCaller } | RefusedRequest {
  const headers = readEvidence(request.rawHeaders);
  if (!headers.ok) return headers;
  const { evidence } = headers;
  const line = targetOf(request, evidence);
  if (!line.ok) return line;
  const read = readSignature(evidence.signatureInput, evidence.signature);
  if (!read.ok) return read;
  const { keyid, nonce, created } = read;
  const signer = findSigner(request, line.target, read, verifier);
  if (!signer.ok) return { ...signer, claimedKeyid: keyid };
  return {
    ok: true,
    caller: { system: signer.key.system, keyid, nonce, created, exchangeId: exchangeId(read), evidence },
  };
}

/** The key that signed this request, if one did. */
function findSigner(
  request: IncomingRequest,
  target: SignedTarget,
  read: ReadSignature,
  { authorities, findKey, now }: Verifier,
): { readonly ok: true; readonly key: RegisteredKey } | SignatureRefusal {
  const misfit =
    checkAuthority(target.authority, authorities) ?? checkCoverage(read, target) ?? checkClock(read.created, now);
  if (misfit !== undefined) return misfit;
  const key = findKey(read.keyid);
  if (key === undefined) return refuse('KEY_UNKNOWN', 'no system has registered this key');
  const refusal = checkKey(key, read, now) ?? checkBody(target, request.body) ?? checkSignature(key, read, target);
  return refusal ?? { ok: true, key };
}

/** A request for one gateway must not be good at another. */
function checkAuthority(authority: string, ours: ReadonlySet<string>): SignatureRefusal | undefined {
  return ours.has(authority) ? undefined : refuse('SIGNATURE_INVALID', 'this gateway has another name (@authority)');
}

function checkCoverage(read: ReadSignature, target: SignedTarget): SignatureRefusal | undefined {
  const there = componentsOf(target);
  const lacking = there.filter((one) => !read.components.includes(one));
  if (lacking.length > 0) return refuse('SIGNATURE_INCOMPLETE', `it must cover ${lacking.join(', ')}`);
  const absent = read.components.filter((one) => !there.includes(one));
  if (absent.length > 0) return refuse('SIGNATURE_INVALID', `the request has no ${absent.join(', ')}`);
  return undefined;
}

function checkClock(created: number, now: Date): SignatureRefusal | undefined {
  const away = Math.abs(created - now.getTime() / 1000);
  if (away <= CLOCK_WINDOW) return undefined;
  return refuse('SIGNATURE_EXPIRED', `created is more than ${CLOCK_WINDOW} s from ${now.toISOString()}`);
}

function checkKey(key: RegisteredKey, read: ReadSignature, now: Date): SignatureRefusal | undefined {
  if (key.revokedAt !== undefined) return refuse('KEY_NOT_VALID', 'the key is revoked');
  if (key.notBefore !== undefined && now < key.notBefore) return refuse('KEY_NOT_VALID', 'the key is not valid yet');
  if (key.notAfter !== undefined && now >= key.notAfter) return refuse('KEY_NOT_VALID', 'the key is no longer valid');
  if (read.alg !== undefined && read.alg !== algorithmOf(key.publicKey)) {
    return refuse('SIGNATURE_INVALID', 'the key signs with another algorithm');
  }
  return undefined;
}

function checkBody(target: SignedTarget, body: Uint8Array): SignatureRefusal | undefined {
  if (target.contentDigest !== undefined) return checkContentDigest(target.contentDigest, body);
  return body.length === 0 ? undefined : refuse('SIGNATURE_INCOMPLETE', 'a body needs Content-Digest (RFC 9530)');
}

function checkSignature(key: RegisteredKey, read: ReadSignature, target: SignedTarget): SignatureRefusal | undefined {
  const base = signatureBase(linesOf(target, read.components), read.signatureParams);
  if (verifyBytes(Buffer.from(base), key.publicKey, read.signature)) return undefined;
  return refuse('SIGNATURE_INVALID', 'the signature is not this key over this request');
}
