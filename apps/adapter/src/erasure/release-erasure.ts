import type { SluiceEvent } from '#events/contract.js';
import { encode } from '#events/encode.js';
import { releaseErasedV1 } from '#events/release-erased.v1.js';
import type { Erased } from '#exchange/erasure.js';
import type { ErasableTable } from '#platform/erasure/erasure.repository.js';

/** The row stays, since a decision is good for one release for ever; the decision, which says the digest of the request, goes. */
export const recordedReleases: ErasableTable = {
  name: 'release',
  destroy:
    'UPDATE release SET nonce = NULL, detail = NULL, decision = NULL, subjects = NULL WHERE id = ANY($1::uuid[])',
};

export function releaseErasedBy(department: string) {
  return (exchange: string, { at, by, ground }: Erased, traceparent: string): SluiceEvent =>
    encode(
      releaseErasedV1,
      { type: 'release.erased.v1', id: exchange, source: `adapter/${department}`, time: at, by, ground },
      { key: exchange, traceparent },
    );
}
