import { v7 as uuidv7 } from 'uuid';
import type { SluiceEvent } from '#events/contract.js';
import { encode } from '#events/encode.js';
import { registryChangedV1, type RegistryChanged } from '#events/registry-changed.v1.js';
import { canonicalJson, sha256 } from '#exchange/commitment.js';

export type RegistryChange = Pick<RegistryChanged, 'subject' | 'name' | 'action' | 'version'> & {
  /** As it is after the change; of what is revoked, as it was before. */
  readonly content: unknown;
};

/** Who changes the registry, and in which trace. */
export interface ChangedBy {
  /** The thumbprint of the operator's key. */
  readonly kid: string;
  readonly traceparent: string;
}

/** A thumbprint may begin with `-` or `_`, and a code may not. */
export function keyName(kid: string): string {
  return `key:${kid}`;
}

/** All changes share a key, so that the log holds them in the order in which they were made. */
const ORDERING_KEY = 'registry';

export function toEvent({ content, ...change }: RegistryChange, by: ChangedBy, now: Date): SluiceEvent {
  const entry: RegistryChanged = {
    type: 'registry.changed.v1',
    id: uuidv7(),
    source: 'gateway',
    time: now.toISOString(),
    ...change,
    content: sha256(canonicalJson(content)),
    by: keyName(by.kid),
  };
  return encode(registryChangedV1, entry, { key: ORDERING_KEY, traceparent: by.traceparent });
}

/** Whether two JSON values say the same, in whichever order their members are. */
export function sameContent(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
