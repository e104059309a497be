import { smallTablespace, type SmallTablespace } from '../../../test/support/small-tablespace.js';
import { until } from '../../../test/support/until.js';
import { setStage, type RunningGateway, type Stage } from './gateway-under-test.js';
import { breakTable, counts, mendTable } from './recorded.js';
import { aRequest } from './registered.js';
import { send, sign, type Answer } from './signed-client.js';

const HOOK_MS = 60_000;
/** More than fit into the pages that a table has already. */
const MOST_ASKED = 2000;

let disk: SmallTablespace | undefined;
let stage: Stage;
let gateway: RunningGateway;

beforeAll(async () => {
  disk = await smallTablespace();
  stage = await setStage({ tablespace: disk?.name });
  gateway = await stage.start();
  await stage.register(gateway);
}, HOOK_MS);
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  await disk?.[Symbol.asyncDispose]();
}, HOOK_MS);

/** A real full disk where one may be mounted; else a table that says what a full disk says. */
async function setFull(isFull: boolean): Promise<void> {
  if (disk === undefined) await (isFull ? breakTable(stage, 'access_decision') : mendTable(stage, 'access_decision'));
  else if (isFull) disk.fill();
  else disk.free();
}

const ask = (change: Record<string, unknown> = {}) =>
  send(gateway.origin, sign(stage.system, 'POST', '/v1/exchange', aRequest(change)));

async function untilRefused(change: Record<string, unknown> = {}): Promise<Answer> {
  for (let asked = 0; asked < MOST_ASKED; asked += 1) {
    const answer = await ask(change);
    // A slow machine says now and then that it has not asked its registry for a second.
    if (answer.status >= 500 && answer.problem().code !== 'REGISTRY_STALE') return answer;
  }
  throw new Error(`a full disk has taken ${MOST_ASKED} records`);
}

it(
  "answers 503 without data while its database's disk is full, records nothing by half, and goes on once there is room",
  async () => {
    expect((await ask()).status).toBe(200);
    await setFull(true);
    for (const change of [{}, { purpose: 'gov:Audit' }]) {
      const refused = await untilRefused(change);
      expect(refused.problem()).toMatchObject({ status: 503, code: 'RECORD_UNAVAILABLE' });
      expect(refused.text).not.toContain('王芳');
      expect(refused.text).not.toMatch(/space|disk|tablespace|extend/i);
    }
    const before = await counts(stage);
    expect(before).toEqual({ decisions: before.decisions, details: before.decisions, events: before.decisions });
    if (disk !== undefined) expect(gateway.lines.join('\n')).toContain('"code":"53100"');
    await setFull(false);
    await until(async () => (await ask()).status === 200);
    const after = await counts(stage);
    expect(after.decisions).toBeGreaterThan(before.decisions);
    expect(after).toEqual({ decisions: after.decisions, details: after.decisions, events: after.decisions });
  },
  HOOK_MS,
);
