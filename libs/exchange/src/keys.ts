import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { z } from 'zod';
import { signEd25519, verifyEd25519 } from './ed25519.js';

/** JOSE names: Ed25519 (RFC 8037) and ECDSA on P-256 with SHA-256 (RFC 7518). */
export const algorithms = ['EdDSA', 'ES256'] as const;
export type Algorithm = (typeof algorithms)[number];

export type KeyErrorCode = 'KEY_MALFORMED' | 'KEY_UNSUPPORTED' | 'KEY_NOT_PRIVATE' | 'KEY_ID_WRONG';

export class KeyError extends Error {
  override readonly name = 'KeyError';

  constructor(
    readonly code: KeyErrorCode,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`${code}: ${detail}`, options);
  }
}

/** Both algorithms sign with 64 bytes: Ed25519 R || S, and ECDSA r || s (RFC 7518, 3.4). */
const SIGNATURE_BYTES = 64;
const PROBE = Buffer.from('do the halves of this key belong together?');
/** 32 bytes, base64url without padding. */
const coordinate = z.string().regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/, '32 bytes in base64url');
const described = { kid: z.string().optional(), use: z.literal('sig').optional() };

/** A public key as it is registered and published. Strict: a private member (`d`) does not get through. */
export const publicJwkSchema = z.discriminatedUnion('kty', [
  z.strictObject({
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: coordinate,
    alg: z.literal('EdDSA').optional(),
    ...described,
  }),
  z.strictObject({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: coordinate,
    y: coordinate,
    alg: z.literal('ES256').optional(),
    ...described,
  }),
]);
export type PublicJwk = z.infer<typeof publicJwkSchema>;
export type PrivateJwk = PublicJwk & { readonly d: string };

/** A private key, made ready once. `kid` is the RFC 7638 thumbprint of its public half. */
export interface SigningKey {
  readonly kid: string;
  readonly key: KeyObject;
}

/** A public key, made ready once. `kid` is its RFC 7638 thumbprint. */
export interface VerifyingKey {
  readonly kid: string;
  readonly key: KeyObject;
}

/** What a key signs with. Asks the key, never the token: a token does not choose how it is verified. */
export function algorithmOf(key: KeyObject): Algorithm {
  if (key.asymmetricKeyType === 'ed25519') return 'EdDSA';
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'ES256';
  throw new KeyError('KEY_UNSUPPORTED', 'Ed25519 and P-256 keys only');
}

/** The raw signature of both JOSE and RFC 9421 (3.3): 64 bytes. */
export function signBytes(bytes: Uint8Array, key: KeyObject): Buffer {
  return algorithmOf(key) === 'EdDSA'
    ? signEd25519(bytes, key)
    : sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' });
}

export function verifyBytes(bytes: Uint8Array, key: KeyObject, signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  return algorithmOf(key) === 'EdDSA'
    ? verifyEd25519(bytes, key, signature)
    : verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

/** RFC 7638: SHA-256 over the required members in the order of their names. Base64url, 43 characters. */
export function thumbprint(jwk: PublicJwk): string {
  const { kty, crv, x } = jwk;
  const required = kty === 'EC' ? { crv, kty, x, y: jwk.y } : { crv, kty, x };
  return createHash('sha256').update(JSON.stringify(required)).digest('base64url');
}

/** The public half, with its `kid` and `alg`. */
export function publicJwk(key: KeyObject): PublicJwk {
  const alg = algorithmOf(key);
  const half = key.type === 'private' ? createPublicKey(key) : key;
  const jwk = publicJwkSchema.parse({ ...half.export({ format: 'jwk' }), alg, use: 'sig' });
  return { ...jwk, kid: thumbprint(jwk) };
}

/** The private key with its `kid` and `alg`: what a key file holds. */
export function privateJwk(key: SigningKey): PrivateJwk {
  const { d } = key.key.export({ format: 'jwk' });
  if (d === undefined) throw new KeyError('KEY_NOT_PRIVATE', 'there is no private half');
  return { ...publicJwk(key.key), d };
}

/** Throws KeyError where it is no public key of ours, or where its `kid` is not its thumbprint. */
export function importPublicJwk(jwk: unknown): VerifyingKey {
  const result = publicJwkSchema.safeParse(jwk);
  if (!result.success) throw new KeyError('KEY_MALFORMED', z.prettifyError(result.error));
  const kid = thumbprint(result.data);
  if (result.data.kid !== undefined && result.data.kid !== kid) {
    throw new KeyError('KEY_ID_WRONG', `the kid of this key is ${kid}`);
  }
  return { kid, key: parsed(() => createPublicKey({ key: { ...result.data }, format: 'jwk' })) };
}

/** Reads a private key: PKCS#8 or SEC 1 in PEM, or a JWK as an object or its JSON text. */
export function loadSigningKey(pemOrJwk: string | Readonly<Record<string, unknown>>): SigningKey {
  if (typeof pemOrJwk !== 'string') return importPrivateJwk(pemOrJwk);
  const text = pemOrJwk.trim();
  if (text.startsWith('{')) return importPrivateJwk(parsed(() => JSON.parse(text) as unknown));
  const key = parsed(() => createPrivateKey(text));
  return paired(key, importPublicJwk(publicJwk(key)));
}

export function generateSigningKey(algorithm: Algorithm = 'EdDSA'): SigningKey {
  const { privateKey } =
    algorithm === 'EdDSA' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { kid: thumbprint(publicJwk(privateKey)), key: privateKey };
}

function importPrivateJwk(jwk: unknown): SigningKey {
  const result = z.looseObject({ d: z.string() }).safeParse(jwk);
  if (!result.success) throw new KeyError('KEY_NOT_PRIVATE', 'there is no private half (`d`)');
  const { d, ...half } = result.data;
  const key = parsed(() => createPrivateKey({ key: { ...half, d }, format: 'jwk' }));
  return paired(key, importPublicJwk(half));
}

/** OpenSSL does not compare the halves: without this a file could claim one key and sign with another. */
function paired(key: KeyObject, half: VerifyingKey): SigningKey {
  if (!verifyBytes(PROBE, half.key, signBytes(PROBE, key))) {
    throw new KeyError('KEY_MALFORMED', 'the two halves do not belong together');
  }
  return { kid: half.kid, key };
}

function parsed<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new KeyError('KEY_MALFORMED', 'the key cannot be read', { cause });
  }
}
