import { fastify } from 'fastify';
import pg from 'pg';

/**
 * What a department would do without Sluice: a bare service over the same table, plain HTTP, no signature, no decision, no
 * record. Prepared statements and a pool, as a careful developer would write it. Prints its address when it listens.
 */
const [url, relation, key, fields] = process.argv.slice(2);
if (url === undefined || relation === undefined || key === undefined || fields === undefined) {
  throw new Error('usage: direct-service URL SCHEMA.TABLE KEY FIELD,FIELD');
}
const quoted = (names: string, separator: string) => names.split(separator).map((name) => pg.escapeIdentifier(name));
const pool = new pg.Pool({ connectionString: url, max: 8 });
const lookUp = {
  name: 'look-up',
  text: `SELECT ${quoted(fields, ',').join(', ')} FROM ${quoted(relation, '.').join('.')} WHERE ${pg.escapeIdentifier(key)} = $1 LIMIT 20`,
};

const app = fastify();
app.post<{ Body: { id: string } }>('/records', async ({ body }) => {
  const { rows } = await pool.query({ ...lookUp, values: [body.id] });
  return { rows: rows as unknown[] };
});
process.on('SIGTERM', () => {
  void app.close().then(() => pool.end());
});
process.stdout.write(`${await app.listen({ port: 0, host: '127.0.0.1' })}\n`);
