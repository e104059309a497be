import { accessErasedV1 } from '#events/access-erased.v1.js';
import type { SluiceEvent } from '#events/contract.js';
import { encode } from '#events/encode.js';
import type { Erased } from '#exchange/erasure.js';
import type { ErasableTable } from '#platform/erasure/erasure.repository.js';

/** The whole row: the signature in it was made over a digest of the request, so it can be tried with ids as well. */
export const accessDetails: ErasableTable = {
  name: 'access_detail',
  destroy: 'DELETE FROM access_detail WHERE id = ANY($1::uuid[])',
};

export function toAccessErased(exchange: string, { at, by, ground }: Erased, traceparent: string): SluiceEvent {
  return encode(
    accessErasedV1,
    { type: 'access.erased.v1', id: exchange, source: 'gateway', time: at, by, ground },
    { key: exchange, traceparent },
  );
}
