import { consistencyProof, verifyConsistency } from '#merkle/consistency-proof.js';
import type { OpenedCheckpoint } from '#merkle/open-checkpoint.js';
import { waitUntil } from '#embedded/wait-until.js';
import { describeOnEachTransport } from '../support/each-transport.js';
import type { ExchangeReply } from '../support/signed-exchange.js';
import { ownKafkaAvailability } from '../support/kafka-server.js';
import { ADAPTER } from '../support/system-ground.js';
import { startSystem, type System } from '../support/system.js';
import { loadThroughOutage } from './outage-load.js';
import { reconcile } from './reconcile.js';

const START_MS = 180_000;
const TEST_MS = 180_000;
const LOAD = { callers: 6, before: 40, during: 40, after: 40 };
const SETTLED_MS = 20_000;
/** Every so many requests, one that no agreement permits. */
const DENIED_EVERY = 7;

describeOnEachTransport('SIGKILL under load', (transport) => {
  let system: System;
  const replies: ExchangeReply[] = [];
  const checkpoints: OpenedCheckpoint[] = [];

  beforeAll(async () => {
    system = await startSystem({ transport });
  }, START_MS);
  afterAll(() => system.stop(), START_MS);

  let asked = 0;
  const ask = () => {
    asked += 1;
    const denied = asked % DENIED_EVERY === 0;
    return system.ask(denied ? system.question({ select: ['mobile'] }) : system.question());
  };

  const victims = ['gateway', ADAPTER, 'ledger', 'postgres'];
  // A broker that somebody else runs is not ours to kill.
  const killsBroker = transport === 'kafka' && ownKafkaAvailability().available;
  it.each(killsBroker ? [...victims, 'kafka'] : victims)(
    'keeps callers and log at one when %s dies and comes back',
    async (victim) => {
      checkpoints.push(await system.log().checkpoint());
      replies.push(...(await loadThroughOutage(system, victim, LOAD, ask)));
      await system.untilReady();
      await system.untilSettled();

      const log = system.log();
      const look = async () => {
        const checkpoint = await log.checkpoint();
        return { checkpoint, ...reconcile(replies, await log.entries(checkpoint)) };
      };
      // What the gateway was in doubt about is settled when the database has long been back.
      await waitUntil(async () => (await look()).faults.length === 0, SETTLED_MS);
      const { checkpoint, faults, totals } = await look();
      process.stderr.write(`  ${transport}, ${victim} killed: ${JSON.stringify(totals)}\n`);
      expect(faults).toEqual([]);
      expect(totals.answered).toBeGreaterThanOrEqual(LOAD.before);
      for (const older of checkpoints) {
        verifyConsistency(await consistencyProof(older.size, checkpoint.size, log), older, checkpoint);
      }
    },
    TEST_MS,
  );

  it('has in the databases of both sides what it has in the log', async () => {
    await system.untilSettled();
    const log = system.log();
    const entries = await log.entries(await log.checkpoint());
    const texts = (type: string) => entries.filter((one) => one.type === type).map(({ text }) => text);
    const stored = async (database: string, table: string) => {
      const rows = await system.query<{ entry: Buffer }>(database, `SELECT entry FROM ${table}`);
      return rows.map(({ entry }) => entry.toString('utf8'));
    };
    expect((await stored('gateway', 'access_decision')).toSorted()).toEqual(texts('access.decided.v1').toSorted());
    expect((await stored('gateway', 'access_failure')).toSorted()).toEqual(texts('access.failed.v1').toSorted());
    expect((await stored(ADAPTER, 'release')).toSorted()).toEqual(texts('access.released.v1').toSorted());
  });
});
