import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';
import { generateSigningKey, publicJwk } from '#exchange/keys.js';
import { ADAPTER } from '../support/system-ground.js';
import { SOURCE, startSystem, type System } from '../support/system.js';
import { ServicePart } from '../support/system-parts.js';
import { faultsOf, outcomeOf } from './outcomes.js';
import { lockTable } from './table-lock.js';

const START_MS = 180_000;
const TEST_MS = 300_000;
const GATEWAYS = ['gateway', 'gateway-2'];
const NOBODY = 'http://127.0.0.1:9';
/** Of nothing that is there. */
const PASSWORD = 'pass-5f1d';

let system: System;

beforeAll(async () => {
  system = await startSystem({ transport: 'embedded', gateways: GATEWAYS.length });
}, START_MS);
afterAll(() => system.stop(), START_MS);

describe('a service that is told to end', () => {
  it.each(['gateway', ADAPTER, 'ledger'])(
    'answers what it has begun, ends by itself and loses nothing: %s',
    async (name) => {
      const underWay = 8;
      const lock = await lockTable(system.databaseUrl(SOURCE), 'register.residents');
      const asking = Array.from({ length: underWay }, () => system.ask());
      await system.until('all are under way', async () => {
        const metrics = (await system.metrics()).get(ADAPTER) ?? '';
        return metrics.includes(`sluice_source_load ${underWay}\n`);
      });
      const ending = system.end(name);
      await system.until('it takes nothing new', async () => !(await isOpen(system.service(name).definition.url)));
      await lock.release();

      const replies = await Promise.all(asking);
      expect(replies.map(outcomeOf)).toEqual(replies.map(() => 'answered'));
      expect(await ending).toBe('ended with status 0');
      const late = await system.ask();
      await system.start(name);
      await system.untilReady();
      expect(await faultsOf(system, [...replies, late])).toEqual([]);
    },
    TEST_MS,
  );
});

describe('two gateways on one database', () => {
  it(
    'answer a request once, whichever of them gets it again and whatever restarts meanwhile',
    async () => {
      const signed = system.sign();
      expect(outcomeOf(await system.send(signed))).toBe('answered');
      expect(outcomeOf(await system.send(signed))).toBe('REPLAYED');
      expect(outcomeOf(await system.send(signed, 'gateway-2'))).toBe('REPLAYED');
      await system.kill('gateway');
      await system.start('gateway');
      await system.end('gateway-2');
      await system.start('gateway-2');
      await system.untilReady();
      for (const name of GATEWAYS) expect(outcomeOf(await system.send(signed, name))).toBe('REPLAYED');
    },
    TEST_MS,
  );

  it(
    'answer one at the most of two copies that arrive at the same moment',
    async () => {
      const pairs = Array.from({ length: 10 }, () => system.sign());
      const replies = await Promise.all(
        pairs.map((signed) => Promise.all(GATEWAYS.map((name) => system.send(signed, name)))),
      );
      for (const pair of replies) {
        expect(pair.filter(({ outcome }) => outcome === 'answered').length).toBeLessThanOrEqual(1);
        expect(pair.map(outcomeOf).filter((one) => one !== 'answered' && one !== 'REPLAYED')).toEqual([]);
      }
      const released = await system.query<{ count: number }>(
        ADAPTER,
        'SELECT count(*)::int AS count FROM release WHERE id = ANY($1)',
        [pairs.map(({ id }) => id)],
      );
      expect(released).toEqual([{ count: pairs.length }]);
    },
    TEST_MS,
  );

  it(
    'answer exactly one of the copies that arrive at one of them at the same moment',
    async () => {
      const signed = system.sign();
      const copies = await Promise.all(Array.from({ length: 5 }, () => system.send(signed, 'gateway')));
      expect(copies.map(outcomeOf).sort()).toEqual(['REPLAYED', 'REPLAYED', 'REPLAYED', 'REPLAYED', 'answered']);
    },
    TEST_MS,
  );

  it(
    'take a revoked key for a second at the most',
    async () => {
      const key = generateSigningKey();
      const { system: name } = system.layout.files.jointCheck;
      await system.admin().putKey(name, key.kid, { jwk: publicJwk(key.key) });
      const ask = async (gateway: string) => {
        const startedAt = performance.now();
        const reply = await system.send(system.sign(system.question(), gateway, key), gateway);
        return { startedAt, outcome: outcomeOf(reply) };
      };
      const passes = async (gateway: string) => (await ask(gateway)).outcome === 'answered';
      for (const gateway of GATEWAYS) await system.until(`${gateway} knows the key`, () => passes(gateway));

      /** Asks without end until the key is refused. When the last question that was answered was asked. */
      const untilRefused = async (gateway: string) => {
        let lastPassed = -Infinity;
        for (;;) {
          const { startedAt, outcome } = await ask(gateway);
          if (outcome === 'KEY_NOT_VALID') return lastPassed;
          expect(['answered', 'REGISTRY_STALE']).toContain(outcome);
          if (outcome === 'answered') lastPassed = startedAt;
        }
      };
      const asking = GATEWAYS.map(untilRefused);
      await system.admin().revokeKey(name, key.kid);
      const acknowledged = performance.now();
      for (const lastPassed of await Promise.all(asking)) expect(lastPassed - acknowledged).toBeLessThan(1000);
      for (const gateway of GATEWAYS) expect((await ask(gateway)).outcome).toBe('KEY_NOT_VALID');
    },
    TEST_MS,
  );
});

describe('a service whose configuration is wrong', () => {
  const wrong: [service: string, what: string, change: Record<string, string>, told: RegExp][] = [
    ['gateway', 'has nothing in a variable', { DATABASE_URL: '' }, /DATABASE_URL/],
    ['gateway', 'is sent to another database', { DATABASE_URL: `mysql://me:${PASSWORD}@db/gateway` }, /DATABASE_URL/],
    ['gateway', 'has a port that is none', { PORT: '88OO' }, /PORT/],
    ['gateway', 'has two transports', { KAFKA_BROKERS: 'localhost:9092' }, /set either EVENTS_URL or KAFKA_BROKERS/],
    [
      'gateway',
      'names a file that is not there',
      { GATEWAY_KEY_FILE: 'no.jwk.json' },
      /GATEWAY_KEY_FILE no\.jwk\.json/,
    ],
    ['ledger', 'has a key that is none', { LEDGER_KEY_FILE: 'damaged.json' }, /LEDGER_KEY_FILE damaged\.json/],
    ['ledger', 'has more shards than partitions', { LEDGER_SHARDS: '4' }, /LEDGER_SHARDS/],
    [ADAPTER, 'misspells a member', { ADAPTER_CONFIG: 'misspelt.yaml' }, /misspelt\.yaml:2:\d+: source: .*kidn/],
    [ADAPTER, 'has nothing in a variable of its file', { SOURCE_URL: '' }, /population\.yaml:\d+:\d+: source\.url/],
  ];

  beforeAll(() => {
    const { folder } = system.layout.home;
    writeFileSync(join(folder, 'damaged.json'), '{"kty":"OKP"');
    writeFileSync(
      join(folder, 'misspelt.yaml'),
      `department: { id: population, title: { zh: 人口, en: Population } }
source: { kind: postgres, url: 'postgres://a:${PASSWORD}@b', kidn: 1 }
resources: []
`,
    );
  });

  it.each(wrong)(
    '%s, which %s, ends at once and says where',
    async (service, what, change, told) => {
      const { definition } = system.service(service);
      const name = `${service}-that-${what.replaceAll(' ', '-')}`;
      const environment = { ...definition.environment, PORT: '0', ...change };
      // Nobody is at the address: what is asked there whether it is ready is this process or none.
      const part = new ServicePart({ ...definition, name, url: NOBODY, environment }, system.layout.home);
      const started = part.start();
      await expect(started).rejects.toThrow(/ended with status 1\./);
      await expect(started).rejects.toThrow(told);
      await expect(started).rejects.not.toThrow(PASSWORD);
    },
    TEST_MS,
  );
});

async function isOpen(url: string): Promise<boolean> {
  try {
    const { body } = await request(`${url}/health/live`, { reset: true });
    await body.dump();
    return true;
  } catch {
    return false;
  }
}
