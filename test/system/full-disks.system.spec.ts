import { describeWhere, type Availability } from '../support/describe-where.js';
import { ownKafkaAvailability } from '../support/kafka-server.js';
import type { ExchangeReply } from '../support/signed-exchange.js';
import { smallDisk, type SmallDisk } from '../support/small-disk.js';
import { smallBroker, smallDatabase } from '../support/small-places.js';
import { ADAPTER } from '../support/system-ground.js';
import { startSystem, type System } from '../support/system.js';
import { faultsOf, outcomeOf } from './outcomes.js';

const START_MS = 300_000;
const TEST_MS = 600_000;
/** More than fit into the pages that a table has already. */
const MOST_ASKED = 2000;

/** A disk is full where it is one of its own: nothing else than a mount shows what PostgreSQL and Kafka do then. */
function mountAvailability(): Availability {
  using disk = smallDisk();
  return disk === undefined ? { available: false, reason: 'this process may not mount one' } : { available: true };
}

/** Whoever runs tests need not be root. */
const describeWhereMounted = describeWhere('A small file system', mountAvailability(), { evenInCi: false });
const describeWithKafka = describeWhere('Apache Kafka', ownKafkaAvailability());

const describeFullDisks = (name: string, suite: () => void) => {
  describeWhereMounted('with a small file system', () => {
    describeWithKafka(name, suite);
  });
};

describeFullDisks('a full disk', () => {
  let system: System;
  let database: SmallDisk | undefined;
  let broker: SmallDisk | undefined;
  const replies: ExchangeReply[] = [];

  beforeAll(async () => {
    system = await startSystem({ transport: 'kafka' });
    database = await smallDatabase(system, ADAPTER);
    broker = await smallBroker(system);
    await system.untilReady();
  }, START_MS);
  afterAll(async () => {
    await system.stop();
    database?.[Symbol.dispose]();
    broker?.[Symbol.dispose]();
  }, START_MS);

  async function ask(): Promise<ExchangeReply> {
    const reply = await system.ask();
    replies.push(reply);
    return reply;
  }

  async function readinessOf(service: string): Promise<Readonly<Record<string, string>>> {
    const answer = await fetch(`${system.service(service).definition.url}/health/ready`);
    return ((await answer.json()) as { readonly checks: Readonly<Record<string, string>> }).checks;
  }

  /** Everything goes on, and of all that was ever asked the log has what it must, once. */
  async function expectWhole(): Promise<void> {
    await system.untilReady();
    expect(outcomeOf(await ask())).toBe('answered');
    expect(await faultsOf(system, replies)).toEqual([]);
  }

  it(
    "under an adapter's database: no record, no data, until there is room",
    async () => {
      expect(outcomeOf(await ask())).toBe('answered');
      database?.fill();
      let refused = await ask();
      for (let asked = 1; refused.outcome !== 'refused' && asked < MOST_ASKED; asked += 1) refused = await ask();
      expect(refused).toMatchObject({ outcome: 'refused', problem: { status: 503, code: 'RECORD_UNAVAILABLE' } });
      expect(JSON.stringify(refused)).not.toMatch(/space|disk|extend/i);
      expect(system.logOf(ADAPTER)).toContain('"code":"53100"');
      database?.free();
      await expectWhole();
    },
    TEST_MS,
  );

  it(
    "under Kafka's log: the broker ends; exchanges go on, and their records wait in the outboxes until there is room",
    async () => {
      const over = new AbortController();
      const ended = system.exited('kafka').finally(() => {
        over.abort();
      });
      broker?.fill();
      for (let asked = 0; !over.signal.aborted && asked < MOST_ASKED; asked += 1) {
        expect(outcomeOf(await ask())).toBe('answered');
      }
      expect(await ended).toBe('ended with status 1');
      await system.until('the ledger is not ready', async () => (await readinessOf('ledger')).consumer !== 'ok');
      expect(outcomeOf(await ask())).toBe('answered');
      broker?.free();
      await system.start('kafka');
      await expectWhole();
    },
    TEST_MS,
  );
});
