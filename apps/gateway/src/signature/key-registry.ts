import type { KeyObject } from 'node:crypto';

/** A key as a system registered it. */
export interface RegisteredKey {
  /** `department/name`. */
  readonly system: string;
  readonly publicKey: KeyObject;
  readonly notBefore?: Date | undefined;
  /** Exclusive. */
  readonly notAfter?: Date | undefined;
  readonly revokedAt?: Date | undefined;
}

/** Where the guard finds keys. It asks for each request: an answer that is more than a second old must not be given. */
export interface KeyRegistry {
  /**
   * The key with this RFC 7638 thumbprint, also where it is revoked. Throws Problem REGISTRY_STALE where it cannot be
   * known: an unknown key and an unreadable registry are two things.
   */
  find(keyid: string): RegisteredKey | undefined;
}

export const KEY_REGISTRY = Symbol('KeyRegistry');
