import { decode } from '#events/encode.js';
import { erasureAnswer } from '#exchange/erasure.js';
import { sha256 } from '#exchange/commitment.js';
import { until } from '../../../test/support/until.js';
import { setStage, type RunningGateway, type Stage } from './gateway-under-test.js';
import { aRequest, CASE, OFFICER, RESIDENT } from './registered.js';
import { send, sign } from './signed-client.js';

let stage: Stage;
let gateway: RunningGateway;

beforeAll(async () => {
  stage = await setStage();
  gateway = await stage.start();
  await stage.register(gateway);
});
afterAll(() => stage[Symbol.asyncDispose]());

const PATH = '/v1/admin/erasures';
const anErasure = (change: object = {}) => ({
  subject: RESIDENT,
  ground: 'consent-withdrawn',
  salt: sha256(String(Math.random())),
  ...change,
});
const about = (value: unknown) => ({ where: [{ field: 'resident_id', op: 'eq', value }] });

async function ask(change: Record<string, unknown> = {}): Promise<string> {
  const answer = await send(gateway.origin, sign(stage.system, 'POST', '/v1/exchange', aRequest(change)));
  return ((answer.status === 200 ? answer.json() : answer.problem()).receipt as { id: string }).id;
}
async function erase(change: object = {}, by = gateway) {
  return erasureAnswer.parse((await stage.administer(by, 'POST', PATH, anErasure(change))).json());
}
async function details(ids: readonly string[]): Promise<readonly string[]> {
  const rows = await stage.query<{ id: string }>('SELECT id FROM access_detail WHERE id = ANY($1)', [ids]);
  return rows.map(({ id }) => id);
}

it('destroys what was kept of each exchange that named the person, however it was written, and of no other', async () => {
  const named = [
    await ask(),
    await ask({ select: ['phone'] }),
    await ask({ ...about(`${RESIDENT} `), purpose: 'gov:X' }),
  ];
  const others = [await ask(about('990101198807010000')), await ask({ where: [] })];
  expect((await erase({ subject: ` ${RESIDENT.toLowerCase()}`, dryRun: true })).exchanges).toEqual(named.toSorted());
  expect(await details(named)).toHaveLength(3);
  expect(await erase()).toEqual({ details: 3, exchanges: named.toSorted(), dryRun: false });
  expect(await details([...named, ...others])).toEqual(expect.arrayContaining(others));
  expect(await details(named)).toEqual([]);
  expect(await erase()).toEqual({ details: 0, exchanges: [], dryRun: false });
});

it('leaves the decision as it was logged, and for each an entry of who had it erased and why', async () => {
  const id = await ask(about('a-person'));
  const [before] = await stage.query('SELECT * FROM access_decision WHERE id = $1', [id]);
  await erase({ subject: 'a-person', ground: 'required-by-law' });
  expect(await stage.query('SELECT * FROM access_decision WHERE id = $1', [id])).toEqual([before]);
  const [row] = await stage.query<{ at: Date; by: string; ground: string; entry: Buffer }>(
    'SELECT at, by, ground, entry FROM erasure WHERE id = $1',
    [id],
  );
  const entry = { by: `key:${stage.operator.kid}`, ground: 'required-by-law', time: row!.at.toISOString() };
  const writer: unknown = expect.anything();
  expect(JSON.parse(row!.entry.toString())).toEqual({
    type: 'access.erased.v1',
    id,
    source: 'gateway',
    ...entry,
    writer,
  });
  await until(() => gateway.published.some((event) => event.type === 'access.erased.v1' && event.id === id));
  const event = gateway.published.find((one) => one.type === 'access.erased.v1' && one.id === id)!;
  expect(decode(event).entry).toMatchObject(entry);
  expect(Buffer.from(event.data).equals(row!.entry)).toBe(true);
});

it('finds what was refused for its signature, since its digest is kept too', async () => {
  const message = sign(stage.system, 'POST', '/v1/exchange', aRequest(about('forged-about')));
  const forged = { ...message, headers: { ...message.headers, signature: `sluice=:${'A'.repeat(86)}==:` } };
  expect((await send(gateway.origin, forged)).status).toBe(401);
  expect(await erase({ subject: 'forged-about' })).toMatchObject({ details: 1 });
});

it('erases exchanges that are named by their ids, of which a department knows that they are about the person', async () => {
  const [one, another] = [await ask(about('x1')), await ask(about('x2'))];
  const nobodys = '01900000-0000-8000-8000-000000000000';
  expect(await erase({ subject: undefined, exchanges: [one, nobodys] })).toMatchObject({ exchanges: [one] });
  expect(await details([one, another])).toEqual([another]);
});

it('keeps handles that say nothing without the secret, and are of one department and purpose', async () => {
  const ids = [await ask(about('h1')), await ask(about('h1')), await ask({ ...about('h1'), purpose: 'gov:Unheard' })];
  const rows = await stage.query<{ subjects: string[] }>('SELECT subjects FROM access_detail WHERE id = ANY($1)', [
    ids,
  ]);
  expect(new Set(rows.flatMap(({ subjects }) => subjects)).size).toBe(2);
  expect(await stage.query('SELECT department, purpose FROM subject_scope ORDER BY purpose')).toEqual([
    { department: 'housing', purpose: '' },
    { department: 'housing', purpose: 'gov:HousingEligibility' },
  ]);
  const [another] = [await stage.start({ SUBJECT_SECRET: 'B'.repeat(43) })];
  expect(await erase({ subject: 'h1', dryRun: true }, another)).toMatchObject({ details: 0 });
  expect(await erase({ subject: 'h1' })).toMatchObject({ details: 3 });
});

it('erases each once where two order it at the same moment', async () => {
  const ids = await Promise.all(Array.from({ length: 12 }, () => ask(about('both'))));
  const second = await stage.start();
  const done = await Promise.all([erase({ subject: 'both' }), erase({ subject: 'both' }, second)]);
  expect(done.flatMap(({ exchanges }) => exchanges).toSorted()).toEqual(ids.toSorted());
  const rows = await stage.query('SELECT 1 FROM erasure WHERE id = ANY($1)', [ids]);
  expect(rows).toHaveLength(ids.length);
});

it('destroys nothing where it cannot record that it did, and does it once it can', async () => {
  const id = await ask(about('unrecorded'));
  await stage.query('ALTER TABLE erasure ADD CONSTRAINT none CHECK (false) NOT VALID');
  const refused = await send(gateway.origin, sign(stage.operator, 'POST', PATH, anErasure({ subject: 'unrecorded' })));
  expect(refused.problem()).toMatchObject({ status: 503, code: 'RECORD_UNAVAILABLE' });
  expect(await details([id])).toEqual([id]);
  expect(await stage.query("SELECT 1 FROM outbox WHERE type = 'access.erased.v1' AND id = $1", [id])).toEqual([]);
  await stage.query('ALTER TABLE erasure DROP CONSTRAINT none');
  expect(await erase({ subject: 'unrecorded' })).toMatchObject({ exchanges: [id] });
});

it('is for operators, and writes nothing of the person into its own lines', async () => {
  const asked = await send(gateway.origin, sign(stage.system, 'POST', PATH, anErasure()));
  expect(asked.problem()).toMatchObject({ status: 403, code: 'OPERATOR_REQUIRED' });
  for (const secret of [RESIDENT, OFFICER, CASE]) expect(gateway.lines.join('\n')).not.toContain(secret);
});

it.each<[string, object]>([
  ['no subject and no exchange', { subject: undefined }],
  ['a ground in words', { ground: 'because 990101198807011234 asked for it' }],
  ['no salt', { salt: undefined }],
  ['an exchange that is no id', { exchanges: ["1' or '1'='1"] }],
  ['a member that is not known', { all: true }],
])('refuses %s', async (_, change) => {
  const answer = await send(gateway.origin, sign(stage.operator, 'POST', PATH, anErasure(change)));
  expect(answer.problem()).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
});
