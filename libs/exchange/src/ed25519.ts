import type { KeyObject } from 'node:crypto';
import sodium from 'sodium-native';

/*
 * Ed25519 (RFC 8032) by libsodium: on the same core it verifies and signs in half the time of the OpenSSL in Node, and
 * signatures are the largest single cost of an exchange (docs/decisions/0002). What it takes is taken by OpenSSL and
 * noble as well; it refuses besides keys and points of small order, which no honest signer has.
 */

/** Made ready once for each key. */
const secretKeys = new WeakMap<KeyObject, Buffer>();
const publicKeys = new WeakMap<KeyObject, Buffer>();

/** 64 bytes. `key` is a private Ed25519 key. */
export function signEd25519(bytes: Uint8Array, key: KeyObject): Buffer {
  const signature = Buffer.allocUnsafe(sodium.crypto_sign_BYTES);
  sodium.crypto_sign_detached(signature, asBuffer(bytes), made(secretKeys, key, toSecretKey));
  return signature;
}

/** `key` is a public or a private Ed25519 key. `signature` has 64 bytes: throws RangeError otherwise. */
export function verifyEd25519(bytes: Uint8Array, key: KeyObject, signature: Uint8Array): boolean {
  return sodium.crypto_sign_verify_detached(asBuffer(signature), asBuffer(bytes), made(publicKeys, key, toPublicKey));
}

/** What libsodium calls the secret key: the seed, and the public key behind it. */
function toSecretKey(key: KeyObject): Buffer {
  const { d = '' } = key.export({ format: 'jwk' });
  const secretKey = Buffer.alloc(sodium.crypto_sign_SECRETKEYBYTES);
  const publicKey = Buffer.alloc(sodium.crypto_sign_PUBLICKEYBYTES);
  sodium.crypto_sign_seed_keypair(publicKey, secretKey, Buffer.from(d, 'base64url'));
  return secretKey;
}

function toPublicKey(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
}

function made(ready: WeakMap<KeyObject, Buffer>, key: KeyObject, make: (key: KeyObject) => Buffer): Buffer {
  const known = ready.get(key);
  if (known !== undefined) return known;
  const fresh = make(key);
  ready.set(key, fresh);
  return fresh;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
