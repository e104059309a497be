import type { SluiceEvent } from '#events/contract.js';
import { link, type NextPlace } from '#events/link.js';
import { isUniqueViolation } from '../database/unique-violation.js';
import type { HeldChain, WriterChainRepository } from './writer-chain.repository.js';

/** From where to where a sequence is moved by what is stored: see stepChain. */
export interface ChainStep {
  readonly from: HeldChain;
  readonly to: NextPlace;
}

/**
 * How often a process names anew what the sequences of its database end with, at its next record: what is deleted at the end
 * of one that nobody uses comes to light within this time. It costs a look into the database. Milliseconds.
 */
export const NAME_EVERY = 3_600_000;
/** Tries of one group. A second is needed after a lost connection or where another process took the sequence. */
const TRIES = 5;

/**
 * Gives records their places in sequences without gaps. Each sequence is used by one commit at a time, so as many are held
 * as there are commits at once; where each of them is, is known without asking the database.
 */
export class WriterChains {
  private readonly idle: HeldChain[] = [];
  /** A commit on them failed: it may have happened, or happen yet. */
  private readonly doubtful: HeldChain[] = [];
  private namedAt: number;

  constructor(
    private readonly repository: Pick<WriterChainRepository, 'claim' | 'current' | 'release'>,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.namedAt = now();
  }

  /**
   * Stores events with their places, and gives them as they were stored. `store` does so in one statement that makes the
   * step, all or nothing; false where the sequence was not where the step begins, and then it is called again with other
   * places. Rejects as `store` does, and then it is unknown whether they are stored, but for a unique violation.
   */
  async append(
    events: readonly SluiceEvent[],
    store: (linked: readonly SluiceEvent[], step: ChainStep) => Promise<boolean>,
  ): Promise<readonly SluiceEvent[]> {
    for (let tried = 0; tried < TRIES; tried += 1) {
      const from = await this.take();
      const { linked, next } = link(events, from);
      if (await this.stores(from, next, () => store(linked, { from, to: next }))) return linked;
    }
    throw new Error(`records found no place in a sequence in ${TRIES} tries`);
  }

  /**
   * Call it when nothing is stored any more: whoever comes next goes on with the same sequences. Never rejects: where the
   * database cannot be reached, they are free a while later.
   */
  async release(): Promise<void> {
    const held = [...this.idle, ...this.doubtful];
    if (held.length > 0) await this.repository.release(held).catch(() => undefined);
  }

  private async stores(from: HeldChain, next: NextPlace, store: () => Promise<boolean>): Promise<boolean> {
    try {
      const isStored = await store();
      if (isStored) this.idle.push({ ...next, epoch: from.epoch });
      else this.doubtful.push(from);
      return isStored;
    } catch (error) {
      (isUniqueViolation(error) ? this.idle : this.doubtful).push(from);
      throw error;
    }
  }

  private async take(): Promise<HeldChain> {
    const known = this.idle.pop();
    const isNaming = this.now() - this.namedAt >= NAME_EVERY;
    if (known !== undefined && !isNaming) return known;
    const asked = known ?? this.doubtful.pop();
    if (asked === undefined) return this.repository.claim();
    if (isNaming) this.namedAt = this.now();
    try {
      return (await this.repository.current(asked)) ?? (await this.repository.claim());
    } catch (error) {
      this.doubtful.push(asked);
      throw error;
    }
  }
}

/** How records with an id each are stored: `store` as in WriterChains, and which of the ids are there. */
export interface DistinctStore<Item> {
  readonly store: (items: readonly Item[], linked: readonly SluiceEvent[], step: ChainStep) => Promise<boolean>;
  readonly known: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
}

/**
 * Stores items whose ids are not there yet, all or none, and gives by position the event as it was stored; none of an item
 * that is there already, which gets no place in a sequence. Only once one is are the ids looked up.
 */
export async function storeDistinct<Item extends { readonly event: SluiceEvent }>(
  chains: Pick<WriterChains, 'append'>,
  items: readonly Item[],
  { store, known }: DistinctStore<Item>,
): Promise<readonly (SluiceEvent | undefined)[]> {
  let fresh = items;
  for (let tried = 0; tried < TRIES && fresh.length > 0; tried += 1) {
    try {
      const events = fresh.map(({ event }) => event);
      const linked = await chains.append(events, (placed, step) => store(fresh, placed, step));
      const stored = new Map(linked.map((event) => [event.id, event]));
      return items.map(({ event }) => stored.get(event.id));
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      const there = await known(fresh.map(({ event }) => event.id));
      fresh = fresh.filter(({ event }) => !there.has(event.id));
    }
  }
  if (fresh.length > 0) throw new Error(`records collided with others in ${TRIES} tries`);
  return items.map(() => undefined);
}
