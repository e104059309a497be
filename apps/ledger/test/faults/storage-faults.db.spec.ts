import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from '../../../../test/support/injected-faults.js';
import { aShard } from '../a-log.js';
import { AWitness } from '../a-witness.js';
import { aBatch, anEvent, poison } from '../entries.js';
import { EventFeed } from './event-feed.js';
import { itSurvivesEveryFault, type FaultGround } from './every-fault.js';
import { expectOneHistory } from './expect-one-history.js';
import { openLife, type Surroundings } from './ledger-life.js';
import { orAgain, publish, runWithFault } from './run-with-fault.js';
import { ShownHeads } from './shown-heads.js';
import { CALLS_OF_A_LOG } from './storage-calls.js';

const events = Array.from({ length: 290 }, () => anEvent());
/** A bundle becomes full, events come again in a batch of their own and among new ones, and one message is no event. */
const batches = [
  aBatch(events.slice(0, 2)),
  aBatch([...events.slice(1, 256)]),
  aBatch([...events.slice(256, 270), poison('no event')]),
  aBatch(events.slice(256, 270)),
  aBatch([...events.slice(260, 290), events[0]!]),
];
/** After this batch the process is restarted, and its folder has lost a bundle. */
const RESTART_AFTER = 2;
const LOST = join('tile', 'entries', '000');

/** A ledger takes all events and publishes them, over one restart. */
async function run(ground: FaultGround, fault?: Fault) {
  const shown = new ShownHeads(aShard().signer.key);
  const around = { ...ground, feed: new EventFeed(batches), witness: new AWitness('w/a', 1), shown };
  let isRestarted = false;
  const faults = await runWithFault(async (current) => {
    const life = await openLife(around, current);
    for (;;) {
      const next = await orAgain(() => life.feed.deliver());
      if (next === undefined) break;
      await orAgain(() => life.evidence.take(next.batch));
      await orAgain(() => life.feed.commit(next.number));
      await publish(life);
      if (next.number < RESTART_AFTER || isRestarted) continue;
      isRestarted = true;
      await rm(join(around.folder, LOST));
      return false;
    }
    await publish(life);
    return true;
  }, fault);
  await expectSound(around);
  return faults;
}

/** All that was acknowledged is there once, a stranger can verify it, and every head that was ever signed is its past. */
async function expectSound({ folder, shown }: Surroundings): Promise<void> {
  const texts = (await expectOneHistory(folder, shown)).map((entry) => entry.toString());
  const expected = new Set(events.map(({ data }) => Buffer.from(data).toString()));
  expect(texts.filter((text) => !expected.has(text)).map((text) => JSON.parse(text) as object)).toMatchObject([
    { type: 'ledger.tombstone.v1' },
  ]);
  expect(new Set(texts).size).toBe(events.length + 1);
}

itSurvivesEveryFault({ calls: CALLS_OF_A_LOG, run });
