import type { EventContract, EventEntry } from './contract.js';
import { accessDecidedV1 } from './access-decided.v1.js';
import { accessErasedV1 } from './access-erased.v1.js';
import { accessFailedV1 } from './access-failed.v1.js';
import { accessReleasedV1 } from './access-released.v1.js';
import { alertChangedV1 } from './alert-changed.v1.js';
import { ledgerTombstoneV1 } from './ledger-tombstone.v1.js';
import { noteErasedV1 } from './note-erased.v1.js';
import { reconciliationFoundV1 } from './reconciliation-found.v1.js';
import { registryChangedV1 } from './registry-changed.v1.js';
import { releaseErasedV1 } from './release-erased.v1.js';

/** Every event that the ledger takes, by type. */
export const contracts: ReadonlyMap<string, EventContract<EventEntry>> = new Map(
  [
    ...[accessDecidedV1, accessReleasedV1, accessFailedV1, registryChangedV1, accessErasedV1, releaseErasedV1],
    ...[reconciliationFoundV1, alertChangedV1, noteErasedV1],
  ].map((contract) => [contract.type, contract]),
);

/** Every entry that a log may hold, by type: these and the ledger's own. */
export const entryContracts: ReadonlyMap<string, EventContract<EventEntry>> = new Map([
  ...contracts,
  [ledgerTombstoneV1.type, ledgerTombstoneV1],
]);
