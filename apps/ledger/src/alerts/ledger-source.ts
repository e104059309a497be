import { createPublicKey, type KeyObject } from 'node:crypto';
import type { SourceKeys } from '#events/source-check.js';
import { publicJwk, thumbprint, type SigningKey } from '#exchange/keys.js';
import { derivedKey } from '#merkle/derived-key.js';

/** Whose events the ledger's own are. */
export const LEDGER_SOURCE = 'ledger';

/** What the ledger signs its own events with, as a source among sources: derived, so that there is no second file to keep. */
export function sourceKeyOf(family: KeyObject): SigningKey {
  const key = derivedKey('sluice ledger events', family);
  return { key, kid: thumbprint(publicJwk(key)) };
}

/** Whom it knows besides those that its list names: itself. */
export function ownSource({ kid, key }: SigningKey): SourceKeys {
  return new Map([[LEDGER_SOURCE, new Map([[kid, createPublicKey(key)]])]]);
}
