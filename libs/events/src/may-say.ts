import { accessDecidedV1 } from './access-decided.v1.js';
import { accessErasedV1 } from './access-erased.v1.js';
import { accessFailedV1 } from './access-failed.v1.js';
import { accessReleasedV1 } from './access-released.v1.js';
import { alertChangedV1 } from './alert-changed.v1.js';
import { noteErasedV1 } from './note-erased.v1.js';
import { reconciliationFoundV1 } from './reconciliation-found.v1.js';
import { registryChangedV1 } from './registry-changed.v1.js';
import { releaseErasedV1 } from './release-erased.v1.js';

const GATEWAY = /^gateway$/;
const ADAPTER = /^adapter\//;
const LEDGER = /^ledger$/;

const speakers: ReadonlyMap<string, RegExp> = new Map([
  [accessDecidedV1.type, GATEWAY],
  [accessFailedV1.type, GATEWAY],
  [registryChangedV1.type, GATEWAY],
  [accessErasedV1.type, GATEWAY],
  [accessReleasedV1.type, ADAPTER],
  [releaseErasedV1.type, ADAPTER],
  [reconciliationFoundV1.type, LEDGER],
  [alertChangedV1.type, LEDGER],
  [noteErasedV1.type, LEDGER],
]);

/**
 * Whether events of the type are the source's to say: a department decides nothing, the gateway releases nothing, and nobody
 * but the ledger says what it found. True for a type that there is not, which is for `decode` to find out.
 */
export function maySay(source: string, type: string): boolean {
  return speakers.get(type)?.test(source) ?? true;
}
