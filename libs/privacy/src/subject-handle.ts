import type { KeyObject } from 'node:crypto';
import { pseudonym, pseudonymKey, type PseudonymScope } from './pseudonym.js';

/** 96 bits: of a thousand million handles no two that differ are taken for one. */
const CHARACTERS = 16;

/** Handles are made under secrets of their own, so the epoch of pseudonyms does not move them. */
const EPOCH = 'subject';

export type SubjectScope = Omit<PseudonymScope, 'epoch'>;

/** Of the handles of one scope. Throws PrivacyError SECRET_TOO_SHORT below 32 bytes. */
export function subjectKey(secret: Uint8Array, { department, purpose }: SubjectScope): KeyObject {
  return pseudonymKey(secret, { department, purpose, epoch: EPOCH });
}

/**
 * What stands beside a record so that it can be found by what its request named: HMAC-SHA-256, the first 16 characters of
 * its base64url. Without the secret it says nothing, of one department and purpose it says nothing of another's, and it is
 * destroyed with the record. However an id is written, its handle is one.
 */
export function subjectHandle(key: KeyObject, value: string | number | boolean): string {
  const text = String(value).normalize('NFKC').replace(/\s/gu, '').toUpperCase();
  return pseudonym(key, text).slice(0, CHARACTERS);
}
