import { sha256 } from '#exchange/commitment.js';
import { until } from '../../../test/support/until.js';
import { setStage, type RunningGateway, type Stage } from './gateway-under-test.js';
import { answerJson } from './fake-adapter.js';
import { lockTable } from '../../../test/system/table-lock.js';
import { breakTable, counts, decisions, failures, mendTable } from './recorded.js';
import { anAgreement, aRequest, CONSUMER } from './registered.js';
import { send, sign, type Answer } from './signed-client.js';

let stage: Stage;
let one: RunningGateway;
let another: RunningGateway;

beforeAll(async () => {
  stage = await setStage();
  one = await stage.start();
  await stage.register(one);
  another = await stage.start();
});
afterAll(() => stage[Symbol.asyncDispose]());
afterEach(() => {
  stage.adapter.answerWell();
});

const signed = (change: Record<string, unknown> = {}) => sign(stage.system, 'POST', '/v1/exchange', aRequest(change));
const idOf = (answer: Answer) => (answer.json().receipt as { id: string }).id;

async function expectReplayOf(id: string, answer: Answer): Promise<void> {
  expect(answer.problem()).toMatchObject({ status: 409, code: 'REPLAYED', repeats: id });
  expect(answer.text).not.toContain('王芳');
  const recorded = (await decisions(stage)).at(-1)!;
  expect(recorded).toMatchObject({ outcome: 'deny', reason: 'REPLAYED', repeats: id, consumer: CONSUMER, events: 1 });
  expect(recorded.id).not.toBe(id);
  expect(recorded.entry).toMatchObject({ authenticated: true, repeats: id, reason: 'REPLAYED' });
  expect(answer.problem().receipt).toMatchObject({ id: recorded.id });
}

it('refuses a request that this process has answered', async () => {
  const message = signed();
  const first = await send(one.origin, message);
  expect(first.status).toBe(200);
  await expectReplayOf(idOf(first), await send(one.origin, message));
});

it('refuses a request that another process has answered', async () => {
  const message = signed();
  const first = await send(one.origin, message);
  await expectReplayOf(idOf(first), await send(another.origin, message));
});

it('refuses after a restart what was answered before it', async () => {
  const before = await stage.start();
  const message = signed();
  const first = await send(before.origin, message);
  await before.stop();
  const after = await stage.start();
  await expectReplayOf(idOf(first), await send(after.origin, message));
});

it('answers one at the most of the copies that arrive at once at two processes', async () => {
  const message = signed();
  const before = await counts(stage);
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, index) => send(index % 2 === 0 ? one.origin : another.origin, message)),
  );
  const data = answers.filter(({ text }) => text.includes('王芳'));
  expect(data.length).toBeLessThanOrEqual(1);
  const codes = answers.filter(({ status }) => status !== 200).map((answer) => answer.problem().code);
  expect(new Set(codes)).toEqual(new Set(['REPLAYED']));
  const after = await counts(stage);
  expect(after.decisions - before.decisions).toBe(12);
  expect(after).toEqual({ decisions: after.decisions, details: after.decisions, events: after.decisions });
});

it('answers exactly one of the copies that arrive at once at one process', async () => {
  const message = signed();
  const before = await counts(stage);
  const asked = stage.adapter.received.length;
  const answers = await Promise.all(Array.from({ length: 12 }, () => send(one.origin, message)));
  expect(answers.filter(({ status }) => status === 200).map(({ text }) => text)).toEqual([
    expect.stringContaining('王芳'),
  ]);
  const refused = answers.filter(({ status }) => status !== 200).map((answer) => answer.problem().code);
  expect(refused).toEqual(Array.from({ length: 11 }, () => 'REPLAYED'));
  expect(stage.adapter.received).toHaveLength(asked + 1);
  const after = await counts(stage);
  expect(after.decisions - before.decisions).toBe(12);
  expect(after).toEqual({ decisions: after.decisions, details: after.decisions, events: after.decisions });
});

it('does not let a denied request be tried again once an agreement would permit it', async () => {
  const message = signed({ purpose: 'gov:Audit' });
  const denied = await send(one.origin, message);
  expect(denied.problem().code).toBe('PURPOSE_NOT_AGREED');
  const audit = anAgreement({ id: 'audit', purposes: ['gov:Audit'] });
  await stage.administer(one, 'PUT', '/v1/admin/agreements/audit', audit);
  await expectReplayOf(idOf(denied), await send(one.origin, message));
});

it('says by which decision a department was asked for a replay, however many there are, since it may have released', async () => {
  const third = await stage.start({ FAILURE_BURST: '1', FAILURES_PER_SECOND: '1' });
  for (const message of [signed(), signed()]) {
    const first = await send(one.origin, message);
    await expectReplayOf(idOf(first), await send(third.origin, message));
    const { claims, decision } = stage.adapter.received.at(-1)!;
    expect(claims.jti).toBe(idOf(first));
    expect((await decisions(stage)).at(-1)?.entry).toMatchObject({ decision: sha256(decision) });
    // Nobody was asked for this one.
    const again = await send(one.origin, message);
    await expectReplayOf(idOf(first), again);
    expect((await decisions(stage)).at(-1)?.entry).not.toHaveProperty('decision');
  }
});

it('passes nothing on of a replay, even where the adapter would release again', async () => {
  stage.adapter.answerWith((question, response) => {
    const { body, release } = stage.adapter.releaseOf(question);
    answerJson(response, body, release);
  });
  const message = signed();
  const first = await send(one.origin, message);
  expect(first.text).toContain('王芳');
  await expectReplayOf(idOf(first), await send(another.origin, message));
});

describe('the adapter', () => {
  /** Sends it while nothing can be recorded, and lets the record go on once it is that which is waited for. */
  async function sendAndHoldRecord(message: ReturnType<typeof signed>): Promise<Answer> {
    const lock = await lockTable(stage.databaseUrl, 'access_decision');
    const answering = send(one.origin, message);
    await until(async () => {
      const waiting = await stage.query(
        `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%INSERT INTO access_decision%'
           AND datname = current_database()`,
      );
      return waiting.length > 0;
    });
    await lock.release();
    return answering;
  }

  it('hears nothing of a replay, however soon it comes', async () => {
    const message = signed();
    const first = await send(one.origin, message);
    const asked = stage.adapter.received.length;
    await expectReplayOf(idOf(first), await sendAndHoldRecord(message));
    expect(stage.adapter.received).toHaveLength(asked);
  });

  it('hears nothing of a request that would be permitted, but has the nonce of one that was denied', async () => {
    const again = { created: Math.floor(Date.now() / 1000), nonce: 'the-nonce-of-another-request' };
    const of = (select: string[]) => sign(stage.system, 'POST', '/v1/exchange', aRequest({ select }), again);
    const denied = await send(one.origin, of(['phone']));
    expect(denied.problem().code).toBe('FIELD_NOT_AGREED');
    const asked = stage.adapter.received.length;
    const { id } = denied.problem().receipt as { id: string };
    await expectReplayOf(id, await send(one.origin, of(['name'])));
    expect(stage.adapter.received).toHaveLength(asked);
  });

  it('is asked by a repeated request whose first record failed, once this one is on record', async () => {
    const message = signed();
    stage.adapter.answerWith((_, response) => void response.destroy());
    await breakTable(stage, 'access_decision');
    const failed = await send(one.origin, message);
    await mendTable(stage, 'access_decision');
    expect(failed.problem().code).toBe('RECORD_UNAVAILABLE');
    const onRecord: (string | undefined)[] = [];
    stage.adapter.answerWith(async (question, response) => {
      onRecord.push((await decisions(stage)).find(({ id }) => id === question.claims.jti)?.outcome);
      const { body, release } = stage.adapter.releaseOf(question);
      answerJson(response, body, release);
    });
    const second = await sendAndHoldRecord(message);
    expect(second.text).toContain('王芳');
    expect(onRecord).toEqual(['permit']);
    await expectReplayOf(idOf(second), await send(one.origin, message));
  });
});

it('answers a replay where the adapter alone remembers, and puts the failure on record', async () => {
  const message = signed();
  const first = idOf(await send(one.origin, message));
  await stage.query('DELETE FROM access_decision WHERE id = $1', [first]);
  await stage.query('DELETE FROM access_detail WHERE id = $1', [first]);
  await stage.query('DELETE FROM outbox WHERE id = $1', [first]);
  const answer = await send(one.origin, message);
  expect(answer.problem()).toMatchObject({ status: 409, code: 'REPLAYED' });
  expect((await failures(stage)).at(-1)).toMatchObject({ id: first, entry: { reason: 'REPLAYED' } });
});

it('stops recording replays when there are too many', async () => {
  const now = new Date();
  const guarded = await stage.start({ FAILURE_BURST: '2', FAILURES_PER_SECOND: '1' }, () => now);
  const message = signed();
  await send(guarded.origin, message);
  const codes = [];
  for (let tries = 0; tries < 6; tries += 1) codes.push((await send(guarded.origin, message)).problem().code);
  expect(codes.slice(0, 3)).toEqual(['REPLAYED', 'REPLAYED', 'TOO_MANY_FAILURES']);
  expect(new Set(codes.slice(2))).toEqual(new Set(['TOO_MANY_FAILURES']));
});

it.each([
  ['an administrator', () => sign(stage.operator, 'GET', '/v1/admin/departments')],
  [
    'an administrator that changes something',
    () => sign(stage.operator, 'PUT', '/v1/admin/systems/housing/more', TITLE),
  ],
  ['a reader of the catalogue', () => sign(stage.system, 'GET', '/v1/catalogue?limit=1')],
])('refuses the replayed request of %s in every process', async (_, make) => {
  const message = make();
  expect((await send(one.origin, message)).status).toBe(200);
  expect((await send(one.origin, message)).problem().code).toBe('REPLAYED');
  expect((await send(another.origin, message)).problem().code).toBe('REPLAYED');
});

const TITLE = { title: { zh: '更多', en: 'More' } };
