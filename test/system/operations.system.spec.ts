import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Socket } from 'node:net';
import pg from 'pg';
import { request } from 'undici';
import { generateSigningKey, publicJwk } from '#exchange/keys.js';
import { SignedCalls } from '#client/signed-calls.js';
import { verifyReceipt } from '#client/verification/verify-receipt.js';
import type { ExchangeReply } from '../support/signed-exchange.js';
import { ADAPTER } from '../support/system-ground.js';
import { SOURCE, startSystem, type System } from '../support/system.js';
import { ServicePart } from '../support/system-parts.js';
import { reconcile } from '../torture/reconcile.js';
import { startRubbishPeer } from './rubbish-peer.js';
import { lockTable } from './table-lock.js';

const START_MS = 180_000;
const TEST_MS = 90_000;
const RECEIPT_MS = 15_000;
const GATEWAYS = ['gateway', 'gateway-2'];
/** Longer than the time limit of a statement at the source. */
const ADAPTER_TIMEOUT_MS = 4000;
const NOBODY = 'http://127.0.0.1:9';
/** Of nothing that is there. */
const PASSWORD = 'pass-5f1d';

let system: System;

beforeAll(async () => {
  system = await startSystem({
    transport: 'embedded',
    gateways: GATEWAYS.length,
    environment: { gateway: { ADAPTER_TIMEOUT_MS: String(ADAPTER_TIMEOUT_MS) } },
  });
}, START_MS);
afterAll(() => system.stop(), START_MS);

const outcomeOf = (reply: ExchangeReply) => (reply.outcome === 'refused' ? reply.problem.code : reply.outcome);

/** What the log has of these exchanges and must not, or has not and must. */
async function faultsOf(replies: readonly ExchangeReply[]): Promise<readonly string[]> {
  await system.untilSettled();
  const log = system.log();
  const entries = await log.entries(await log.checkpoint());
  const asked = new Set(replies.map(({ id }) => id));
  return reconcile(
    replies,
    entries.filter(({ id }) => asked.has(id)),
  ).faults;
}

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
      expect(await faultsOf([...replies, late])).toEqual([]);
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

describe('an adapter in trouble', () => {
  /** A permit that its caller is told has failed. */
  async function expectFailure(code: string): Promise<ExchangeReply> {
    const reply = await system.ask();
    expect(outcomeOf(reply)).toBe(code);
    // With it the caller can prove that there was a permit, and that nothing came of it.
    expect(reply).toMatchObject({ problem: { receipt: { id: reply.id } } });
    expect(JSON.stringify(reply)).not.toContain('LEAK');
    return reply;
  }

  /** The adapter works again; of each failure the log has all, and nothing by half. */
  async function expectRecovery(failures: readonly ExchangeReply[]): Promise<void> {
    await system.untilReady();
    const reply = await system.ask();
    expect(outcomeOf(reply)).toBe('answered');
    expect(await faultsOf([...failures, reply])).toEqual([]);
  }

  it(
    'that is frozen is given up on, and the caller can prove it',
    async () => {
      system.signal(ADAPTER, 'SIGSTOP');
      const failure = await expectFailure('ADAPTER_TIMEOUT');
      system.signal(ADAPTER, 'SIGCONT');
      await expectRecovery([failure]);
      const receipt = await system.client().receipt(failure.id, { wait: RECEIPT_MS });
      const verified = verifyReceipt({ receipt }, system.trust);
      expect(verified).toMatchObject({ ok: true, failure: { reason: 'ADAPTER_TIMEOUT' } });
    },
    TEST_MS,
  );

  it(
    'whose source is slow or away says so',
    async () => {
      const lock = await lockTable(system.databaseUrl(SOURCE), 'register.residents');
      const slow = await expectFailure('SOURCE_TIMEOUT');
      await lock.release();
      await closeDatabase(SOURCE);
      const away = await expectFailure('SOURCE_UNAVAILABLE');
      await openDatabase(SOURCE);
      await expectRecovery([slow, away]);
    },
    TEST_MS,
  );

  it(
    'that is down, or whose place a stranger has taken, gives its caller nothing',
    async () => {
      await system.kill(ADAPTER);
      const failures = [await expectFailure('ADAPTER_UNAVAILABLE')];
      for (const [answer, code] of rubbish) {
        const peer = await startRubbishPeer(system.layout.plan.adapters.population, answer);
        failures.push(await expectFailure(code));
        await peer.close();
      }
      await system.start(ADAPTER);
      await expectRecovery(failures);
    },
    TEST_MS,
  );
});

describe('a ledger in trouble', () => {
  const calls = () => {
    const { keys, files } = system.layout;
    return new SignedCalls({ gateway: system.gatewayUrl(), key: keys.systems.get(files.jointCheck.system)!.key });
  };

  async function expectProven(reply: ExchangeReply): Promise<void> {
    const receipt = await system.client().receipt(reply.id, { wait: RECEIPT_MS });
    expect(verifyReceipt({ receipt }, system.trust)).toMatchObject({ ok: true, release: { rows: 1 } });
  }

  it(
    'that cannot append holds nobody up: receipts are promised, and kept',
    async () => {
      const lock = await lockTable(system.databaseUrl('ledger'), 'shard');
      const reply = await system.ask();
      expect(outcomeOf(reply)).toBe('answered');
      const pending = await calls().get(`/v1/receipts/${reply.id}`);
      expect(pending).toMatchObject({ status: 202, retryAfter: 1 });
      expect(JSON.parse(pending.text)).toEqual({ id: reply.id, state: 'pending', published: [] });
      await lock.release();
      await expectProven(reply);
    },
    TEST_MS,
  );

  it(
    'that is down holds nobody up: what happened meanwhile is proven when it is back',
    async () => {
      await system.kill('ledger');
      const replies = await Promise.all(Array.from({ length: 5 }, () => system.ask()));
      expect(replies.map(outcomeOf)).toEqual(replies.map(() => 'answered'));
      await expect(calls().get(`/v1/receipts/${replies[0]!.id}`)).rejects.toMatchObject({
        problem: { code: 'LEDGER_UNAVAILABLE' },
      });
      await system.start('ledger');
      for (const reply of replies) await expectProven(reply);
      expect(await faultsOf(replies)).toEqual([]);
    },
    TEST_MS,
  );
});

describe('a gateway that cannot record', () => {
  it(
    'answers 503 and no data, whether it was to permit or to deny',
    async () => {
      const rename = (from: string, to: string) => system.query('gateway', `ALTER TABLE ${from} RENAME TO ${to}`);
      await rename('access_decision', 'elsewhere');
      const permit = await system.ask();
      const denial = await system.ask(system.question({ select: ['mobile'] }));
      await rename('elsewhere', 'access_decision');
      for (const reply of [permit, denial]) {
        expect(reply).toMatchObject({ outcome: 'refused', problem: { code: 'RECORD_UNAVAILABLE', status: 503 } });
        expect(reply).not.toHaveProperty('problem.receipt');
      }
      expect(outcomeOf(await system.ask())).toBe('answered');
      expect(await faultsOf([permit, denial])).toEqual([]);
    },
    TEST_MS,
  );

  it(
    'answers 503 and no data while its database is away, and goes on by itself when it is back',
    async () => {
      await closeDatabase('gateway');
      const replies: ExchangeReply[] = [];
      await system.until('the gateway knows that it knows nothing', async () => {
        const reply = await system.ask();
        replies.push(reply);
        return outcomeOf(reply) === 'REGISTRY_STALE';
      });
      await openDatabase('gateway');
      await system.untilReady();
      for (const reply of replies) expect(reply).toMatchObject({ outcome: 'refused', problem: { status: 503 } });
      const after = await system.ask();
      expect(outcomeOf(after)).toBe('answered');
      expect(await faultsOf([...replies, after])).toEqual([]);
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

const httpAnswer = (status: string, headers: Record<string, string>, body: string) => (socket: Socket) => {
  const lines = Object.entries({ ...headers, 'content-length': String(Buffer.byteLength(body)) });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status}\r\n${head}\r\n${body}`);
};
const json = { 'content-type': 'application/json' };
const LEAK = '{"rows":[{"name":"LEAK"}]}';

/** What may listen where an adapter should, and what the caller is told. */
const rubbish: [answer: (socket: Socket) => void, code: string][] = [
  [(socket) => socket.destroy(), 'ADAPTER_UNAVAILABLE'],
  [(socket) => socket.end('LEAK\r\n\r\n'), 'ADAPTER_ANSWER_INVALID'],
  [httpAnswer('200 OK', { 'content-type': 'text/html' }, '<p>LEAK'), 'ADAPTER_ANSWER_INVALID'],
  [httpAnswer('200 OK', json, LEAK), 'ADAPTER_ANSWER_INVALID'],
  [httpAnswer('200 OK', { ...json, 'sluice-release': 'LEAK.LEAK.LEAK' }, LEAK), 'ADAPTER_ANSWER_INVALID'],
  [httpAnswer('500 Oh', json, '{"code":"LEAK"}'), 'ADAPTER_ANSWER_INVALID'],
  [httpAnswer('503 Away', { 'content-type': 'text/plain' }, 'LEAK'), 'ADAPTER_UNAVAILABLE'],
];

async function isOpen(url: string): Promise<boolean> {
  try {
    const { body } = await request(`${url}/health/live`, { reset: true });
    await body.dump();
    return true;
  } catch {
    return false;
  }
}

/** Cuts whoever is connected, and lets nobody connect again. */
async function closeDatabase(of: string): Promise<void> {
  await allowConnections(of, false);
  const name = system.databaseOf(of);
  await system.query('postgres', 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
}

async function openDatabase(of: string): Promise<void> {
  await allowConnections(of, true);
}

async function allowConnections(of: string, allowed: boolean): Promise<void> {
  const name = pg.escapeIdentifier(system.databaseOf(of));
  await system.query('postgres', `ALTER DATABASE ${name} ALLOW_CONNECTIONS ${allowed}`);
}
