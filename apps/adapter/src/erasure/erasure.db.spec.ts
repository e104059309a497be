import type { DataSource } from 'typeorm';
import { decode } from '#events/encode.js';
import { signJws } from '#exchange/jws.js';
import { generateSigningKey } from '#exchange/keys.js';
import { DECISION_TYPE } from '#exchange/tokens.js';
import { openDatabase } from '#platform/database/open-database.js';
import { ErasureRepository } from '#platform/erasure/erasure.repository.js';
import { ErasureService } from '#platform/erasure/erasure.service.js';
import { SubjectIndex } from '#platform/erasure/subject-index.repository.js';
import { WriterChainRepository } from '#platform/outbox/writer-chain.repository.js';
import { WriterChains } from '#platform/outbox/writer-chains.js';
import { aDecision } from '../../../../test/sources/residents.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/postgres.js';
import { migrations } from '../open-adapter.js';
import { describeRelease, type ReleaseRecord } from '../release/release-record.js';
import { ReleaseRepository } from '../release/release.repository.js';
import { verifyDecision } from '../release/verify-decision.js';
import { recordedReleases, releaseErasedBy } from './release-erasure.js';

const key = generateSigningKey();
const scope = { department: 'housing', purpose: 'gov:HousingEligibility' };
const NOW = new Date('2026-11-23T09:00:00.000Z');
const BY = { key: 'key:operator', traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` };
const request = { exchanges: [], ground: 'unlawful' as const, dryRun: false, salt: 'A'.repeat(43) };

let own: TestDatabase;
let database: DataSource;
let releases: ReleaseRepository;
let subjects: SubjectIndex;
let erasures: ErasureService;
let published: string[];

beforeAll(async () => {
  own = await createTestDatabase();
  database = await openDatabase({ url: own.url, name: 'adapter erasure', migrations });
  releases = new ReleaseRepository(database, new WriterChains(new WriterChainRepository(database)));
});
afterAll(async () => {
  await database.destroy();
  await own.drop();
});
beforeEach(async () => {
  await database.query('TRUNCATE release, erasure, outbox, subject_scope');
  subjects = new SubjectIndex(database, Buffer.alloc(32, 5));
  published = [];
  erasures = new ErasureService({
    subjects,
    records: new ErasureRepository(database, recordedReleases),
    toEvent: releaseErasedBy('population'),
    committed: (events) => published.push(...events.map((event) => JSON.stringify(decode(event).entry))),
    now: () => NOW,
  });
});

/** A release that is on record, about these people. */
async function release(about: readonly string[]): Promise<ReleaseRecord> {
  const body = Buffer.from('{}');
  const token = signJws(aDecision({}, body), DECISION_TYPE, key);
  const trust = { issuer: 'gateway', department: 'population', keys: new Map([[key.kid, key.key]]) };
  const decision = verifyDecision(token, body, trust, new Date());
  const { record } = describeRelease({
    ...{ department: 'population', fields: ['name'], rows: 1, data: Buffer.from('{"rows":[]}'), decision },
    ...{ at: NOW, traceparent: BY.traceparent, subjects: await subjects.handlesOf(scope, about) },
  });
  const [event] = await releases.record([record]);
  expect(event).toBeDefined();
  return { ...record, event: event! };
}
async function rowOf({ id }: ReleaseRecord): Promise<Record<string, unknown>> {
  const [row] = await database.query<Record<string, unknown>[]>('SELECT * FROM release WHERE id = $1', [id]);
  return row!;
}

it('empties what opens the release and what it was decided by, and leaves that the decision was used', async () => {
  const [theirs, others] = [await release(['a', 'b']), await release(['c'])];
  expect(await erasures.erase({ ...request, subject: 'B' }, BY)).toMatchObject({ exchanges: [theirs.id] });
  expect(await rowOf(theirs)).toMatchObject({
    ...{ id: theirs.id, consumer: theirs.consumer, resource: theirs.resource, rows: 1, entry: theirs.event.data },
    ...{ nonce: null, detail: null, decision: null, subjects: null },
  });
  expect(await rowOf(others)).toMatchObject({ nonce: others.nonce, detail: others.detail, decision: others.decision });
  expect(await releases.record([theirs])).toEqual([undefined]);
  expect(published.map((text) => JSON.parse(text) as unknown)).toEqual([
    {
      ...{ type: 'release.erased.v1', id: theirs.id, source: 'adapter/population', time: NOW.toISOString() },
      ...{ by: BY.key, ground: 'unlawful', writer: expect.anything() as unknown },
    },
  ]);
});

it('has one row and one event of each, however often it is ordered', async () => {
  const { id } = await release(['a']);
  for (const exchanges of [[], [id], [id]]) await erasures.erase({ ...request, subject: 'a', exchanges }, BY);
  expect(await database.query('SELECT id, by, ground FROM erasure')).toEqual([{ id, by: BY.key, ground: 'unlawful' }]);
  expect(await database.query("SELECT id FROM outbox WHERE type = 'release.erased.v1'")).toEqual([{ id }]);
  expect(published).toHaveLength(1);
});

it('finds a person among more than one statement looks through, under every department and purpose there was', async () => {
  await database.query(
    `INSERT INTO release (id, at, consumer, resource, rows, decision, entry, nonce, detail, subjects)
     SELECT gen_random_uuid(), now(), 'x/y', 'x/z', 0, '', '', '', '{}', ARRAY['nobody'] FROM generate_series(1, 45000)`,
  );
  const first = await release(['a']);
  const elsewhere = await subjects.handlesOf({ department: 'tax', purpose: 'gov:Audit' }, ['a']);
  const second = await release(['z']);
  await database.query('UPDATE release SET subjects = $2 WHERE id = $1', [second.id, elsewhere]);
  const found = await erasures.erase({ ...request, subject: 'a', dryRun: true }, BY);
  expect(found.exchanges).toEqual([first.id, second.id].toSorted());
  expect((await rowOf(first)).nonce).toEqual(first.nonce);
});

it('records nothing where the scope of its handles cannot be stored: nobody would find it', async () => {
  await database.query('ALTER TABLE subject_scope ADD CONSTRAINT none CHECK (false) NOT VALID');
  await expect(subjects.handlesOf(scope, ['a'])).rejects.toThrow('none');
  await database.query('ALTER TABLE subject_scope DROP CONSTRAINT none');
  expect(await subjects.handlesOf(scope, ['a', 'A', ' a'])).toHaveLength(1);
  expect(await subjects.handlesOf(scope, [])).toEqual([]);
});
