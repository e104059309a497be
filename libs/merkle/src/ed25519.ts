import { ed25519 } from '@noble/curves/ed25519.js';

/** The Ed25519 signature (RFC 8032, 64 bytes) of the message. */
export type SignMessage = (message: Uint8Array) => Uint8Array;

/** Whether the Ed25519 signature holds; false also for keys and signatures that are malformed. Must not throw. */
export type VerifyMessage = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean;

/**
 * Verification that runs anywhere, in about a millisecond. By RFC 8032 with strict encodings, not ZIP-215; whether it
 * agrees with OpenSSL on a signature that the key's own owner made malleable on purpose is left open by that RFC.
 */
export const portableVerify: VerifyMessage = (signature, message, publicKey) => {
  // The lengths are checked first because noble throws on others instead of answering.
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  return ed25519.verify(signature, message, publicKey, { zip215: false });
};

/** Signing that runs anywhere, with the 32-byte private key ("seed") of RFC 8032. */
export function portableSign(seed: Uint8Array): SignMessage {
  return (message) => ed25519.sign(message, seed);
}

/** The public key, 32 bytes, that belongs to a 32-byte private key. */
export function publicKeyOf(seed: Uint8Array): Uint8Array {
  return ed25519.getPublicKey(seed);
}
