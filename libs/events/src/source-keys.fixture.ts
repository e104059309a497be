import { generateSigningKey, publicJwk, type SigningKey } from '#exchange/keys.js';
import { accessFailedV1, type AccessFailed } from './access-failed.v1.js';
import type { SluiceEvent } from './contract.js';
import { encode } from './encode.js';
import type { SourceKeys } from './source-check.js';
import { sourceKeys } from './source-keys.js';

export const gatewayKey: SigningKey = generateSigningKey();
export const populationKey: SigningKey = generateSigningKey('ES256');

export function aFailure(): SluiceEvent {
  const entry: AccessFailed = {
    ...{ type: 'access.failed.v1', id: '0198f3b2-7c5e-8d11-9a30-2f1c6d7e8f90', source: 'gateway' },
    ...{ time: '2026-11-23T08:00:00.000Z', consumer: 'housing/eligibility', resource: 'population/residents' },
    reason: 'ADAPTER_TIMEOUT',
  };
  return encode(accessFailedV1, entry, { key: entry.id });
}

/** The trust list of these sources. */
export function listed(sources: Readonly<Record<string, readonly SigningKey[]>>): SourceKeys {
  return sourceKeys({
    sources: Object.entries(sources).map(([source, keys]) => ({ source, keys: keys.map(({ key }) => publicJwk(key)) })),
  });
}
