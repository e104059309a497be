import { auditLog } from '#client/audit/audit-log.js';
import { HttpLog } from '#client/audit/http-log.js';
import { ServicePart } from '../support/system-parts.js';
import { describeOnEachTransport } from '../support/each-transport.js';
import { freePorts } from '../support/free-port.js';
import type { LoggedEntry } from '../support/published-entries.js';
import type { ExchangeReply } from '../support/signed-exchange.js';
import { startSystem, type System } from '../support/system.js';
import { reconcile } from '../torture/reconcile.js';

const START_MS = 180_000;
const TEST_MS = 180_000;
const ASKED = 3;
/** Whichever of its logs notices first ends a ledger. */
const FENCED = /another ledger has taken shard (0|root) over/;

describeOnEachTransport('what was thought dead', (transport) => {
  let system: System;
  const replies: ExchangeReply[] = [];

  beforeAll(async () => {
    system = await startSystem({ transport, gateways: 2 });
  }, START_MS);
  afterAll(() => system.stop(), START_MS);

  async function ask(gateway = 'gateway'): Promise<void> {
    for (let asked = 0; asked < ASKED; asked += 1) {
      const reply = await system.ask(system.question(), gateway);
      expect(reply.outcome).toBe('answered');
      replies.push(reply);
    }
  }

  /** A second ledger on the first one's database and folder, as an operator might start one by mistake, or a failover does. */
  async function anotherLedger() {
    const { definition } = system.service('ledger');
    const [port] = await freePorts(1);
    const url = `http://127.0.0.1:${port}`;
    const environment = { ...definition.environment, PORT: String(port) };
    const ledger = new ServicePart({ ...definition, name: 'ledger-2', url, environment }, system.layout.home);
    await ledger.start();
    return { url, [Symbol.asyncDispose]: () => ledger.kill() };
  }

  /** Freezes the ledger between two turns: one that is frozen in the middle of a turn keeps the queue until it is killed. */
  async function freezeLedger(): Promise<void> {
    const inTurn = `SELECT FROM pg_stat_activity WHERE usename = 'sluice_events' AND state <> 'idle' AND client_port IS NOT NULL
    AND (query ILIKE '%advisory%' OR state LIKE 'idle in transaction%')`;
    await system.until('the ledger is frozen between two turns', async () => {
      system.signal('ledger', 'SIGSTOP');
      // Kafka gives what a frozen ledger has to another one, in a turn or not.
      if (transport === 'kafka' || (await system.query('postgres', inTurn)).length === 0) return true;
      system.signal('ledger', 'SIGCONT');
      return false;
    });
  }

  async function untilSequencedBy(ledger: string): Promise<void> {
    const count = 'SELECT count(*)::int AS count FROM sequenced_event WHERE event = ANY($1::uuid[])';
    await system.until('both records of each exchange are sequenced, by a ledger that is ready', async () => {
      const [row] = await system.query<{ count: number }>('ledger', count, [replies.map(({ id }) => id)]);
      return row!.count >= 2 * replies.length && (await fetch(`${ledger}/health/ready`)).ok;
    });
  }

  async function expectSound(): Promise<readonly LoggedEntry[]> {
    await system.untilReady();
    await system.untilSettled();
    const entries = await system.log().entries(await system.log().checkpoint());
    const own = entries.filter(({ type }) => type.startsWith('access.'));
    expect(reconcile(replies, own)).toMatchObject({ faults: [], lost: 0, duplicated: 0 });
    const [key] = system.trust.logs.values();
    const prefix = `${system.ledgerUrl}${key!.name.slice(key!.name.indexOf('/'))}/`;
    const trustIn = (origin: string) => (origin === key!.name ? { log: key! } : undefined);
    const { findings } = await auditLog(new HttpLog(prefix), { trustIn, remembered: 10_000, seed: 1 });
    expect(findings).toEqual([]);
    return entries;
  }

  function lastLines(name: string): string {
    const [, text] = [...system.logFiles()].find(([file]) => file.endsWith(`/${name}.log`))!;
    return text.split('\n').slice(-20).join('\n');
  }

  it(
    'a second ledger on one database takes the shard over: the first ends, says why, and nothing is lost or doubled',
    async () => {
      await ask();
      {
        await using second = await anotherLedger();
        expect(await system.exited('ledger')).toBe('ended with status 1');
        expect(lastLines('ledger')).toMatch(FENCED);
        await ask();
        await untilSequencedBy(second.url);
      }
      await system.start('ledger');
      await expectSound();
    },
    TEST_MS,
  );

  it(
    'a ledger that was frozen while another took its place ends when it wakes, and shows no second history',
    async () => {
      await ask();
      await system.untilSettled();
      await freezeLedger();
      {
        await using second = await anotherLedger();
        await ask();
        await untilSequencedBy(second.url);
        system.signal('ledger', 'SIGCONT');
        expect(await system.exited('ledger')).toBe('ended with status 1');
        expect(lastLines('ledger')).toMatch(FENCED);
      }
      await system.start('ledger');
      await expectSound();
    },
    TEST_MS,
  );

  it(
    'a gateway that was frozen until another had its sequence goes on with one of its own: no place is given twice',
    async () => {
      await ask('gateway');
      system.signal('gateway', 'SIGSTOP');
      const held = system.ask();
      // What it held is free after a minute of silence.
      await system.query('gateway', "UPDATE writer_chain SET used_at = '-infinity' WHERE kind = 'held'");
      await ask('gateway-2');
      system.signal('gateway', 'SIGCONT');
      replies.push(await held);
      await ask('gateway');
      const entries = await expectSound();
      const places = entries.flatMap(({ content }) => {
        const { chain, number } = (content.writer ?? {}) as { chain?: string; number?: number };
        return chain === undefined ? [] : [{ chain, number }];
      });
      for (const chain of Map.groupBy(places, (place) => place.chain).values()) {
        const numbers = chain.map(({ number }) => Number(number)).toSorted((one, another) => one - another);
        expect(numbers).toEqual(numbers.map((_, at) => at + 1));
      }
      expect(places.length).toBeGreaterThan(0);
    },
    TEST_MS,
  );
});
