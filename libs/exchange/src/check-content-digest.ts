import { createHash } from 'node:crypto';
import { contentDigest } from './signature-profile.js';
import { malformed, refuse, type SignatureRefusal } from './signature-refusal.js';

/** RFC 9530, and only as RFC 9651 serialises it. */
const member = /^(sha-256|sha-512)=:([A-Za-z0-9+/]+={0,2}):$/;

/** Whether the header is right about the body: `sha-256` must be there, `sha-512` may be, and each must fit. */
export function checkContentDigest(header: string, body: Uint8Array): SignatureRefusal | undefined {
  if (header === contentDigest(body)) return undefined;
  const members = header.split(', ').map((one) => member.exec(one));
  const names = new Set(members.map((one) => one?.[1]));
  if (names.has(undefined) || names.size < members.length) {
    return malformed('Content-Digest must be sha-256, with sha-512 if you like, in canonical form');
  }
  const wrong = members.some((one) => one?.[2] !== digest(one?.[1], body));
  if (wrong) return refuse('DIGEST_MISMATCH', "Content-Digest is not this body's");
  return names.has('sha-256') ? undefined : refuse('SIGNATURE_INCOMPLETE', 'Content-Digest lacks sha-256');
}

function digest(name: string | undefined, body: Uint8Array): string {
  return createHash(name === 'sha-256' ? 'sha256' : 'sha512')
    .update(body)
    .digest('base64');
}
