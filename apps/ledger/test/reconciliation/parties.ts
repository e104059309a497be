import { randomUUID } from 'node:crypto';
import { accessDecidedV1, type AccessDecided } from '#events/access-decided.v1.js';
import { accessFailedV1, type AccessFailed } from '#events/access-failed.v1.js';
import { accessReleasedV1, type AccessReleased } from '#events/access-released.v1.js';
import type { EventContract, EventEntry, SluiceEvent } from '#events/contract.js';
import { encode } from '#events/encode.js';
import { NOTHING_BEFORE, link, type Beside, type ChainHead, type NextPlace } from '#events/link.js';
import { generateSigningKey, publicJwk, type SigningKey } from '#exchange/keys.js';
import { aDenial, aFailure, aPermit, aRelease, aReplay } from '../../../../libs/reconcile/src/exchange.fixture.js';

/** Each source with the key that it signs with. */
const partyKeys: ReadonlyMap<string, SigningKey> = new Map(
  ['gateway', 'adapter/population', 'adapter/civil', 'adapter/housing', 'adapter/planning', 'ledger'].map((source) => [
    source,
    generateSigningKey(),
  ]),
);
export const partySources = {
  sources: Array.from(partyKeys, ([source, { key }]) => ({ source, keys: [publicJwk(key)] })),
};

export function keyOfParty(source: string): SigningKey {
  const key = partyKeys.get(source);
  if (key === undefined) throw new Error(`${source} is no party`);
  return key;
}

/** A party that writes its records into a sequence of its own. */
export class Party {
  private next: NextPlace;

  /** `beside`: what its first record says of its other sequences. */
  constructor(beside?: Beside) {
    this.next = { chain: randomUUID(), number: 1, previous: NOTHING_BEFORE, beside };
  }

  get chain(): string {
    return this.next.chain;
  }

  /** The record that it wrote last. */
  get head(): ChainHead {
    const { chain, number, previous } = this.next;
    return { chain, number: number - 1, leaf: previous };
  }

  /** Has the next record say what its other sequences end with. */
  names(beside: Beside): void {
    this.next = { ...this.next, beside };
  }

  write<Entry extends EventEntry>(contract: EventContract<Entry>, entry: Entry): SluiceEvent {
    const { linked, next } = link([encode(contract, entry, { key: entry.id })], this.next);
    this.next = next;
    const [event] = linked;
    if (event === undefined) throw new Error('one event was linked');
    return event;
  }

  /** Goes back to where it was, as a database does that is restored from a backup. */
  restorable(): () => void {
    const { next } = this;
    return () => {
      this.next = next;
    };
  }

  permit(over: Partial<AccessDecided> = {}): SluiceEvent {
    return this.write(accessDecidedV1, aPermit({ id: randomUUID(), ...over }));
  }

  denial(over: Partial<AccessDecided> = {}): SluiceEvent {
    return this.write(accessDecidedV1, definedOf(aDenial({ id: randomUUID(), ...over })));
  }

  /** Of a replay for which it asked a department, by `decision`. */
  replay(of: SluiceEvent, decision: string): SluiceEvent {
    return this.write(accessDecidedV1, definedOf(aReplay({ id: randomUUID(), repeats: of.id, decision })));
  }

  release(of: SluiceEvent | string, over: Partial<AccessReleased> = {}): SluiceEvent {
    return this.write(accessReleasedV1, aRelease({ id: typeof of === 'string' ? of : of.id, ...over }));
  }

  failure(of: SluiceEvent | string, over: Partial<AccessFailed> = {}): SluiceEvent {
    return this.write(accessFailedV1, aFailure({ id: typeof of === 'string' ? of : of.id, ...over }));
  }
}

/** Without members that are undefined, as it is once it was read. */
function definedOf(entry: AccessDecided): AccessDecided {
  return JSON.parse(JSON.stringify(entry)) as AccessDecided;
}
