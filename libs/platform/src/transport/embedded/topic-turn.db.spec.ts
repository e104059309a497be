import type { PgBoss } from 'pg-boss';
import { gatewayKey } from '#events/source-keys.fixture.js';
import { createTestDatabase, type TestDatabase } from '../../../../../test/support/postgres.js';
import { deadLetterTopic } from '../dead-letter-topic.js';
import { createBoss, ensureQueues } from './create-boss.js';
import { EmbeddedPublisher } from './embedded-publisher.js';
import { TopicTurn } from './topic-turn.js';

const topic = 'turns';
const AT_MOST = 2;
const anEvent = (id: string) => ({ id, type: 't', source: 's', time: 'z', key: 'k', data: Buffer.from('{}') });

describe('a turn at a queue', () => {
  let database: TestDatabase;
  let boss: PgBoss;
  const turn = () => TopicTurn.begin(boss, topic, AT_MOST);
  const eventsOf = ({ jobs }: TopicTurn) => jobs.map(({ part }) => part.unpack()[0]?.event?.id);
  const left = async (queue: string) => (await boss.findJobs(queue)).length;
  const batchesLeft = async () => {
    const count = 'SELECT count(*)::integer AS batches FROM sluice_events.batch';
    const { rows }: { rows: { batches: number }[] } = await boss.getDb().executeSql(count);
    return rows[0]?.batches;
  };

  beforeEach(async () => {
    database = await createTestDatabase();
    boss = await createBoss({ kind: 'embedded', url: database.url }, { connections: 4, supervise: false });
    await ensureQueues(boss, topic);
    const publisher = new EmbeddedPublisher(boss, gatewayKey);
    for (const id of ['first', 'second', 'third']) await publisher.publish(topic, [anEvent(id)]);
  });
  afterEach(async () => {
    await boss.stop({ graceful: false });
    await database.drop();
  });

  it('takes the oldest jobs, and at its end they are gone', async () => {
    const first = await turn();
    expect(eventsOf(first)).toEqual(['first', 'second']);
    await first.finish();
    await first.giveBack();
    const second = await turn();
    expect(eventsOf(second)).toEqual(['third']);
    await second.finish();
    expect(await left(topic)).toBe(0);
    expect(await batchesLeft()).toBe(0);
  });

  it('lets no other begin meanwhile, though there is more: what is later must not overtake', async () => {
    const mine = await turn();
    const other = await turn();
    expect(eventsOf(other)).toEqual([]);
    await other.giveBack();
    await mine.finish();
    const next = await turn();
    expect(eventsOf(next)).toEqual(['third']);
    await next.giveBack();
  });

  it('that is given up leaves everything where it was', async () => {
    const failed = await turn();
    await failed.bury({ reason: 'never mind' });
    await failed.giveBack();
    expect(await left(deadLetterTopic(topic))).toBe(0);
    const again = await turn();
    expect(eventsOf(again)).toEqual(['first', 'second']);
    await again.giveBack();
  });

  it('moves dead letters and removes jobs together', async () => {
    const mine = await turn();
    await mine.bury({ reason: 'no such type' });
    expect(await left(deadLetterTopic(topic))).toBe(0);
    await mine.finish();
    expect((await boss.findJobs(deadLetterTopic(topic))).map(({ data }) => data)).toEqual([{ reason: 'no such type' }]);
    expect(await left(topic)).toBe(1);
    expect(await batchesLeft()).toBe(1);
  });

  it('whose connection dies cannot finish, and gives everything back', async () => {
    const mine = await turn();
    const cut =
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = $1 AND datname = current_database()';
    await boss.getDb().executeSql(cut, ['idle in transaction']);
    await expect(mine.finish()).rejects.toThrow();
    await mine.giveBack();
    const again = await turn();
    expect(eventsOf(again)).toEqual(['first', 'second']);
    await again.giveBack();
  });
});
