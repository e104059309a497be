import type { KeyObject } from 'node:crypto';
import { signerOf, type ProofFault } from './batch-proof.js';
import type { SluiceEvent } from './contract.js';
import { maySay } from './may-say.js';
import type { ReceivedMessage, ReceivedPart } from './transport.js';

/** By source, by thumbprint: the keys that a source may sign with now. */
export type SourceKeys = ReadonlyMap<string, ReadonlyMap<string, KeyObject>>;

/**
 * Why an event is not its source's own, though its part is somebody's word. `SOURCE_UNKNOWN`: the source is not listed.
 * `KEY_UNKNOWN`: the part was signed by a key that is not one of the source's. `NOT_ITS_TYPE`: it is not the source's to say.
 */
export type EventFault = 'SOURCE_UNKNOWN' | 'KEY_UNKNOWN' | 'NOT_ITS_TYPE';

/** Messages and the thumbprint of the key that vouches for them; or why none does, and then nothing was unpacked. */
export type OpenedPart =
  | { readonly key: string; readonly messages: readonly ReceivedMessage[] }
  | { readonly fault: ProofFault; readonly raw: Uint8Array };

/** Tells a source's own events from others. Total: nothing that arrives makes it throw. */
export class SourceCheck {
  /** `keys` is asked each time anew: a key that was taken off the list counts for nothing from then on. */
  constructor(private readonly keys: () => SourceKeys) {}

  /** What nobody vouches for is not unpacked. */
  open({ bytes, proof, unpack }: ReceivedPart): OpenedPart {
    const signer = signerOf(bytes, proof, { get: (kid) => this.keyOf(kid) });
    return 'fault' in signer ? { ...signer, raw: bytes } : { ...signer, messages: unpack() };
  }

  /** Of an event in a part that this key vouches for. Undefined where it is its source's own. */
  faultOf({ source, type }: SluiceEvent, key: string): EventFault | undefined {
    const listed = this.keys().get(source);
    if (listed === undefined) return 'SOURCE_UNKNOWN';
    if (!listed.has(key)) return 'KEY_UNKNOWN';
    return maySay(source, type) ? undefined : 'NOT_ITS_TYPE';
  }

  private keyOf(kid: string): KeyObject | undefined {
    for (const keys of this.keys().values()) {
      const key = keys.get(kid);
      if (key !== undefined) return key;
    }
    return undefined;
  }
}
