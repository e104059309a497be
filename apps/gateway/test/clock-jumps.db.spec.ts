import { until } from '../../../test/support/until.js';
import { setStage, type RunningGateway, type Stage } from './gateway-under-test.js';
import { decisions } from './recorded.js';
import { anAgreement, aRequest } from './registered.js';
import { send, sign, type Answer } from './signed-client.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let stage: Stage;
let gateway: RunningGateway;
/** Milliseconds that the gateway's clock is ahead of the callers'. */
let ahead = 0;
/** In the middle of the next hour: no period ends in the middle of a test, and what was registered before is older. */
const start = Math.floor(Date.now() / HOUR) * HOUR + 1.5 * HOUR;
const clock = () => new Date(start + ahead);

beforeAll(async () => {
  stage = await setStage();
  const now = await stage.start();
  await stage.register(now);
  await now.stop();
  gateway = await stage.start({}, clock);
});
afterAll(() => stage[Symbol.asyncDispose]());
afterEach(() => {
  ahead = 0;
});

const signedAt = (at: number, path: string, body?: unknown) =>
  sign(stage.system, body === undefined ? 'GET' : 'POST', path, body, { created: Math.floor(at / 1000) });
const catalogue = (at = start) => signedAt(at, '/v1/catalogue?limit=1');
const exchange = (at = start, change: Record<string, unknown> = {}) => signedAt(at, '/v1/exchange', aRequest(change));
const codeOf = (answer: Answer) => (answer.status === 200 ? 'answered' : answer.problem().code);

/** A gateway that starts forgets what is old by its clock. */
async function forgetAt(jump: number): Promise<void> {
  ahead = jump;
  const passing = await stage.start({}, clock);
  await until(
    async () => (await stage.query('SELECT FROM signed_request WHERE created_at < $1', [clock()])).length === 0,
  );
  await passing.stop();
  ahead = 0;
}

it.each([HOUR, -HOUR])(
  'answers nobody while the clock is %i ms off, records why, and goes on when it is right',
  async (jump) => {
    ahead = jump;
    const refused = await send(gateway.origin, exchange());
    expect(refused.problem().code).toBe('SIGNATURE_EXPIRED');
    expect((await decisions(stage)).at(-1)).toMatchObject({ outcome: 'deny', reason: 'SIGNATURE_EXPIRED', events: 1 });
    ahead = 0;
    expect(codeOf(await send(gateway.origin, exchange()))).toBe('answered');
  },
);

it('takes no request a second time because the clock jumped ahead, forgot it, and came back', async () => {
  const message = catalogue();
  expect(codeOf(await send(gateway.origin, message))).toBe('answered');
  await forgetAt(HOUR);
  expect(codeOf(await send(gateway.origin, message))).toBe('REPLAYED');
  // Nobody else is shut out: what is made from now on is new.
  expect(codeOf(await send(gateway.origin, catalogue(start + 1000)))).toBe('answered');
});

it('takes no request a second time because the clock went back to when it was made', async () => {
  const message = catalogue(start + 2000);
  expect(codeOf(await send(gateway.origin, message))).toBe('answered');
  await forgetAt(HOUR);
  ahead = HOUR;
  expect(codeOf(await send(gateway.origin, catalogue(start + HOUR)))).toBe('answered');
  ahead = 0;
  expect(codeOf(await send(gateway.origin, message))).toBe('REPLAYED');
});

it('takes no exchange a second time, whatever the clock does in between', async () => {
  const message = exchange();
  expect(codeOf(await send(gateway.origin, message))).toBe('answered');
  await forgetAt(HOUR);
  await forgetAt(-HOUR);
  expect(codeOf(await send(gateway.origin, message))).toBe('REPLAYED');
});

it("goes on with a period's count where it was, when the clock was in the next one and came back", async () => {
  const quota = { limit: 100, per: 'day' } as const;
  const agreement = anAgreement({ id: 'daily', quota, purposes: ['clock:daily'] });
  // Later than what the tests above had forgotten.
  const created = Math.floor(start / 1000) + 10;
  const put = sign(stage.operator, 'PUT', '/v1/admin/agreements/daily', agreement, { created });
  expect((await send(gateway.origin, put)).status).toBe(200);
  const ask = () => send(gateway.origin, exchange(start + ahead, { purpose: 'clock:daily' }));
  await until(async () => (await ask()).status === 200);
  const used = async () =>
    (
      await stage.query<{ used: string }>("SELECT used FROM quota_use WHERE agreement = 'daily' ORDER BY period_start")
    )[0]!.used;
  const before = await used();
  ahead = DAY;
  expect((await ask()).status).toBe(200);
  ahead = 0;
  for (let asked = 0; asked < 3; asked += 1) expect((await ask()).status).toBe(200);
  expect(await used()).toBe(before);
});
