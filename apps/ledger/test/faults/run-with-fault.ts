import { InjectedFaults, StorageFault, type Fault } from '../../../../test/support/injected-faults.js';
import type { PublishedLog } from '../../src/publication/published-log.js';
import type { Publisher } from '../../src/publication/publisher.js';

/** More than a single fault can need. */
const MOST_TRIES = 6;

/**
 * One life after the other until one says that all is done, with one fault: after a crash another process goes on, after a
 * blip the same one tries again, unless it ends of it. `between`: called when one has ended and the next has not begun. Rejects
 * with whatever is not that fault.
 */
export async function runWithFault(
  live: (faults: InjectedFaults) => Promise<boolean>,
  fault?: Fault,
  between?: () => Promise<void>,
): Promise<InjectedFaults> {
  const faults = new InjectedFaults(fault);
  let current = faults;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    try {
      if (await live(current)) return faults;
    } catch (error) {
      if (!(error instanceof StorageFault)) throw error;
      await current.end();
      await between?.();
      current = new InjectedFaults();
    }
  }
  throw new Error(`one fault at ${faults.struck ?? 'no call'} has kept the ledger from its work`);
}

/** As the transport does, and as the publisher: once more is enough after a blip, and does not help after a crash. */
export async function orAgain<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof StorageFault)) throw error;
    return act();
  }
}

export interface PublishingLife {
  readonly publisher: Publisher;
  readonly published: PublishedLog;
  /** Why the process must end. */
  readonly finals: readonly Error[];
}

/** All that is sequenced. The log may go on after that. */
export async function publish({ publisher, published, finals }: PublishingLife): Promise<void> {
  // One that was opened meanwhile publishes already.
  await publisher.stop();
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    publisher.start();
    await publisher.stop();
    if (finals[0] !== undefined) throw finals[0];
    if (publisher.lag().entries === 0 && !published.isPending) return;
  }
  throw new StorageFault('the publisher has not come to an end');
}
