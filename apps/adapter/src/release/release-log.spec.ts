import { generateSigningKey } from '#exchange/keys.js';
import { signJws } from '#exchange/jws.js';
import { DECISION_TYPE } from '#exchange/tokens.js';
import { aDecision } from '../../../../test/sources/residents.js';
import { ReleaseLog } from './release-log.js';
import { describeRelease, type ReleaseRecord } from './release-record.js';
import { verifyDecision } from './verify-decision.js';

const key = generateSigningKey();
const trust = { issuer: 'gateway', department: 'population', keys: new Map([[key.kid, key.key]]) };
const body = Buffer.from('{}');

function aRecord(): ReleaseRecord {
  const at = new Date();
  const decision = verifyDecision(signJws(aDecision({}, body), DECISION_TYPE, key), body, trust, at);
  const data = Buffer.from('{"rows":[]}');
  const facts = { department: 'population', fields: ['name'], rows: 1, data, subjects: [] };
  return describeRelease({ ...facts, decision, at, traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` }).record;
}

/** Remembers ids as the primary key does. */
function aLog(fails?: Error) {
  const stored = new Set<string>();
  const published: string[] = [];
  const groups: number[] = [];
  const record = async (records: readonly ReleaseRecord[]) => {
    await Promise.resolve();
    if (fails) throw fails;
    groups.push(records.length);
    return records.map(({ id, event }) => (stored.size < stored.add(id).size ? event : undefined));
  };
  const log = new ReleaseLog(
    { record },
    (events) => published.push(...events.map(({ id }) => id)),
    () => undefined,
  );
  return { log, published, groups };
}

it('stores what arrives together in one commit, and publishes it then', async () => {
  const { log, published, groups } = aLog();
  const records = Array.from({ length: 10 }, aRecord);
  await Promise.all(records.map((record) => log.record(record)));
  expect(groups).toEqual([10]);
  expect(published).toEqual(records.map(({ id }) => id));
});

it('lets one of two uses of a decision through, be they in one commit or in two', async () => {
  const { log, published } = aLog();
  const [first, once, later] = [aRecord(), aRecord(), aRecord()];
  const uses = [first, once, once, later].map((record) => log.record(record));
  expect((await Promise.allSettled(uses)).map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  await expect(uses[2]).rejects.toMatchObject({ code: 'DECISION_USED' });
  await expect(log.record(once)).rejects.toMatchObject({ code: 'DECISION_USED' });
  expect(published).toEqual([first.id, once.id, later.id]);
});

it('refuses and publishes nothing where the record cannot be stored', async () => {
  const record = aRecord();
  const failure = Object.assign(new Error(`violates: ${record.decision}`), {
    code: '53100',
    parameters: [record.nonce],
  });
  const { log, published } = aLog(failure);
  const refusal: unknown = await log.record(record).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'RECORD_UNAVAILABLE', status: 503 });
  expect(published).toEqual([]);
});
