import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InjectedFaults, StorageFault, type Fault } from '../../../../test/support/injected-faults.js';
import { openLife, type Life, type Surroundings } from './ledger-life.js';

/** After this batch the process is restarted, and its folder has lost a bundle. */
const RESTART_AFTER = 2;
const LOST = join('tile', 'entries', '000');
/** More than a single fault can need. */
const MOST_TRIES = 6;

/**
 * A ledger takes all events and publishes them, over one restart and with one fault: after a crash another process goes on,
 * after a blip the same one tries again. Rejects with whatever is not that fault.
 */
export async function runWithFault(around: Surroundings, fault?: Fault): Promise<InjectedFaults> {
  const faults = new InjectedFaults(fault);
  const done = { isRestarted: false };
  let current = faults;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    try {
      const life = await openLife(around, current);
      if (await work(life, around, done)) return faults;
    } catch (error) {
      if (!(error instanceof StorageFault)) throw error;
      if (fault?.kind === 'crash') current = new InjectedFaults();
    }
  }
  throw new Error(`one fault at ${faults.struck ?? 'no call'} has kept the ledger from its work`);
}

/** True once all is done; false where the process is to be restarted. */
async function work(life: Life, { folder }: Surroundings, done: { isRestarted: boolean }): Promise<boolean> {
  for (;;) {
    const next = await orAgain(() => life.feed.deliver());
    if (next === undefined) break;
    await orAgain(() => life.evidence.take(next.batch));
    await orAgain(() => life.feed.commit(next.number));
    await publish(life);
    if (next.number < RESTART_AFTER || done.isRestarted) continue;
    done.isRestarted = true;
    await rm(join(folder, LOST));
    return false;
  }
  await publish(life);
  return true;
}

/** As the transport does, and as the publisher: once more is enough after a blip, and does not help after a crash. */
async function orAgain<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof StorageFault)) throw error;
    return act();
  }
}

async function publish({ publisher, finals, log }: Life): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    publisher.start();
    await publisher.stop();
    if (finals[0] !== undefined) throw finals[0];
    if (publisher.lag().entries === 0 && !log.isPending) return;
  }
  throw new StorageFault('the publisher has not come to an end');
}
