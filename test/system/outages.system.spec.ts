import { SignedCalls } from '#client/signed-calls.js';
import { verifyReceipt } from '#client/verification/verify-receipt.js';
import type { ExchangeReply } from '../support/signed-exchange.js';
import { ADAPTER } from '../support/system-ground.js';
import { smallWal, type SmallWal } from '../support/small-wal.js';
import { SOURCE, startSystem, type System } from '../support/system.js';
import { closeDatabase, openDatabase } from './closed-database.js';
import { faultsOf, outcomeOf } from './outcomes.js';
import { LEAK, rubbish, startRubbishPeer } from './rubbish-peer.js';
import { lockTable } from './table-lock.js';

const START_MS = 180_000;
const TEST_MS = 300_000;
const RECEIPT_MS = 15_000;
/** Longer than the time limit of a statement at the source. */
const ADAPTER_TIMEOUT_MS = 4000;

let system: System;
let wal: SmallWal | undefined;

beforeAll(async () => {
  const environment = { gateway: { ADAPTER_TIMEOUT_MS: String(ADAPTER_TIMEOUT_MS) } };
  system = await startSystem({ transport: 'embedded', environment });
}, START_MS);
afterAll(async () => {
  await system.stop();
  wal?.[Symbol.dispose]();
}, START_MS);

describe('an adapter in trouble', () => {
  /** A permit that its caller is told has failed. */
  async function expectFailure(code: string): Promise<ExchangeReply> {
    const reply = await system.ask();
    expect(outcomeOf(reply)).toBe(code);
    // With it the caller can prove that there was a permit, and that nothing came of it.
    expect(reply).toMatchObject({ problem: { receipt: { id: reply.id } } });
    expect(JSON.stringify(reply)).not.toContain(LEAK);
    return reply;
  }

  /** The adapter works again; of each failure the log has all, and nothing by half. */
  async function expectRecovery(failures: readonly ExchangeReply[]): Promise<void> {
    await system.untilReady();
    const reply = await system.ask();
    expect(outcomeOf(reply)).toBe('answered');
    expect(await faultsOf(system, [...failures, reply])).toEqual([]);
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
      await closeDatabase(system, SOURCE);
      const away = await expectFailure('SOURCE_UNAVAILABLE');
      await openDatabase(system, SOURCE);
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
      const before = await system.ask();
      await expectProven(before);
      await system.untilSettled();
      await system.kill('ledger');
      const replies = await Promise.all(Array.from({ length: 5 }, () => system.ask()));
      expect(replies.map(outcomeOf)).toEqual(replies.map(() => 'answered'));
      expect(await calls().get(`/v1/receipts/${replies[0]!.id}`)).toMatchObject({ status: 202, retryAfter: 1 });
      await expect(calls().get(`/v1/receipts/${before.id}`)).rejects.toMatchObject({
        problem: { code: 'LEDGER_UNAVAILABLE' },
      });
      await system.start('ledger');
      for (const reply of [before, ...replies]) await expectProven(reply);
      expect(await faultsOf(system, [before, ...replies])).toEqual([]);
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
      expect(await faultsOf(system, [permit, denial])).toEqual([]);
    },
    TEST_MS,
  );

  it(
    'answers 503 and no data while its database is away, and goes on by itself when it is back',
    async () => {
      await closeDatabase(system, 'gateway');
      const replies: ExchangeReply[] = [];
      await system.until('the gateway knows that it knows nothing', async () => {
        const reply = await system.ask();
        replies.push(reply);
        return outcomeOf(reply) === 'REGISTRY_STALE';
      });
      await openDatabase(system, 'gateway');
      await system.untilReady();
      for (const reply of replies) expect(reply).toMatchObject({ outcome: 'refused', problem: { status: 503 } });
      const after = await system.ask();
      expect(outcomeOf(after)).toBe('answered');
      expect(await faultsOf(system, [...replies, after])).toEqual([]);
    },
    TEST_MS,
  );
});

describe('a database server whose WAL has no room', () => {
  const CALLERS = 4;

  const ready = (url: string) => fetch(`${url}/health/ready`);

  /** Asks until it is told to stop, and resolves with all replies. */
  async function askOn(over: AbortSignal): Promise<readonly ExchangeReply[]> {
    const replies: ExchangeReply[] = [];
    const callers = Array.from({ length: CALLERS }, async () => {
      while (!over.aborted) replies.push(await system.ask());
    });
    await Promise.all(callers);
    return replies;
  }

  async function expectRefusals(): Promise<void> {
    for (const name of ['gateway', ADAPTER, 'ledger']) {
      expect((await ready(system.service(name).definition.url)).status).toBe(503);
    }
    const { id } = await system.ask();
    const body = JSON.stringify({ events: [{ id, type: 'access.decided.v1', leaf: 'A'.repeat(43) }] });
    const posted = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
    for (const answer of [
      await fetch(`${system.ledgerUrl}/v1/events/${id}`),
      await fetch(`${system.ledgerUrl}/v1/sequenced`, posted),
    ]) {
      expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'LEDGER_UNAVAILABLE' }]);
    }
  }

  it(
    'ends; nobody is given data meanwhile, what is published stays readable, and nothing acknowledged is lost',
    async () => {
      wal = await smallWal(system);
      await system.untilReady();
      const published = await system.log().checkpoint();
      const over = new AbortController();
      const asked = askOn(over.signal);
      try {
        // Where nothing may be mounted, the server ends as it does then.
        if (wal === undefined) await system.kill('postgres');
        else await wal.fill();
        await expectRefusals();
        expect((await system.log().checkpoint()).size).toBeGreaterThanOrEqual(published.size);
        wal?.free();
        await system.start('postgres');
        await system.untilReady();
      } finally {
        over.abort();
      }
      const replies = [...(await asked), await system.ask()];
      expect(outcomeOf(replies.at(-1)!)).toBe('answered');
      const outcomes = new Set(replies.map(outcomeOf));
      expect([...outcomes]).toEqual(expect.arrayContaining(['answered', 'REGISTRY_STALE']));
      for (const reply of replies) if (reply.outcome === 'refused') expect(reply.problem.status).toBe(503);
      expect(await faultsOf(system, replies)).toEqual([]);
    },
    TEST_MS,
  );
});
