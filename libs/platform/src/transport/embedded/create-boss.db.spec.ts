import { createTestDatabase, type TestDatabase } from '../../../../../test/support/postgres.js';
import { deadLetterTopic } from '../dead-letter-topic.js';
import { createBoss, ensureQueues } from './create-boss.js';

describe('the queues of the embedded transport', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  it('are set up once by services that all start on an empty database', async () => {
    const role = { connections: 1, supervise: false };
    const services = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const boss = await createBoss({ kind: 'embedded', url: database.url }, role);
        await ensureQueues(boss, 'evidence');
        return boss;
      }),
    );
    const queues = await services[0]!.getQueues(['evidence', deadLetterTopic('evidence')]);
    expect(queues.map(({ name }) => name).toSorted()).toEqual(['evidence', 'evidence.dead-letter']);
    for (const { retentionSeconds } of queues) expect(retentionSeconds).toBeGreaterThan(9 * 365 * 86_400);
    await Promise.all(services.map((boss) => boss.stop({ graceful: false })));
  }, 60_000);
});
