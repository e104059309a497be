import { fastify } from 'fastify';
import { loadSigningKey } from '#exchange/keys.js';
import { sourceOf } from './look-up.js';
import { records } from './record.js';
import { argumentsOf, listen, takeBytes } from './service.js';
import { requireSignature, signedHeaders } from './signed.js';

/** Verifies the gateway, reads the row, signs it, records it, answers. Nothing else. */
const [database, jwk, ...table] = argumentsOf('URL', 'JWK', 'SOURCE', 'SCHEMA.TABLE', 'KEY', 'FIELD,FIELD');
const key = loadSigningKey(jwk);
const source = sourceOf(table);
const log = records(database);

const app = fastify();
takeBytes(app);
app.post<{ Body: Buffer }>('/release', async ({ body, headers }, reply) => {
  requireSignature(body, headers, key);
  const { id } = JSON.parse(body.toString()) as { readonly id: string };
  const rows = Buffer.from(JSON.stringify({ rows: await source.lookUp(id) }));
  const signed = signedHeaders(rows, key);
  await log.add();
  return reply.headers(signed).send(rows);
});
await listen(app, () => Promise.all([log.end(), source.end()]));
