import { PgBoss } from 'pg-boss';
import { z } from 'zod';
import { deadLetterTopic } from '#platform/transport/dead-letter-topic.js';
import { createTestDatabase } from '../support/postgres.js';
import { itTransportsEvents, type DeadLetter, type TransportUnderTest } from './transport.suite.js';

const letter = z.object({
  reason: z.string(),
  topic: z.string(),
  partition: z.int(),
  offset: z.string(),
  message: z.union([
    z.object({ id: z.string() }).transform(({ id }) => ({ message: id })),
    z
      .object({ raw_base64: z.base64(), proof: z.string() })
      .transform(({ raw_base64, proof }) => ({ part: { bytes: Buffer.from(raw_base64, 'base64'), proof } })),
    z
      .object({ raw_base64: z.base64() })
      .transform((raw) => ({ message: Buffer.from(raw.raw_base64, 'base64').toString('utf8') })),
  ]),
});

async function openEmbedded(): Promise<TransportUnderTest> {
  const database = await createTestDatabase();
  const outsider = new PgBoss({ connectionString: database.url, supervise: false, schedule: false, max: 2 });
  outsider.on('error', () => undefined);
  await outsider.start();
  return {
    config: { kind: 'embedded', url: database.url },
    partitions: 1,
    createTopic: () => Promise.resolve(),
    async sendForeign(topic, bytes) {
      await outsider.send(topic, JSON.parse(bytes) as object);
    },
    async sendHostile(topic) {
      // As deeply nested as PostgreSQL takes it, and deeper than JSON.stringify does.
      const deep = '['.repeat(5_000) + ']'.repeat(5_000);
      await outsider.send(topic, { deep: 'here' });
      await outsider.getDb().executeSql(`UPDATE pgboss.job SET data = $1::jsonb WHERE name = $2`, [deep, topic]);
    },
    async deadLetters(topic): Promise<DeadLetter[]> {
      const jobs = await outsider.findJobs(deadLetterTopic(topic));
      return jobs.map(({ data }) => {
        const { message, ...origin } = letter.parse(data);
        return { ...origin, ...message };
      });
    },
    async interrupt() {
      // In this database: other tests have publishers of that name on the same server.
      const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = $1 AND datname = current_database()`;
      await outsider.getDb().executeSql(cut, ['sluice-events']);
    },
    async close() {
      await outsider.stop({ graceful: false });
      await database.drop();
    },
  };
}

describe('the embedded transport', () => {
  itTransportsEvents(openEmbedded);
});
