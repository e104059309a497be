import { fastify } from 'fastify';
import { Pool } from 'undici';
import { loadSigningKey } from '#exchange/keys.js';
import { records } from './record.js';
import { argumentsOf, listen, takeBytes } from './service.js';
import { requireSignature, signedHeaders } from './signed.js';

/** Verifies the caller, signs what it sends on, records it meanwhile, verifies what comes back. Nothing else. */
const [database, jwk, adapter] = argumentsOf('URL', 'JWK', 'ADAPTER');
const key = loadSigningKey(jwk);
const log = records(database);
const line = new Pool(adapter, { connections: 64 });

const app = fastify();
takeBytes(app);
app.post<{ Body: Buffer }>('/exchange', async ({ body, headers }, reply) => {
  requireSignature(body, headers, key);
  const recording = log.add();
  const answer = await line.request({ method: 'POST', path: '/release', headers: signedHeaders(body, key), body });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  requireSignature(bytes, answer.headers, key);
  await recording;
  return reply.type('application/json').send(bytes);
});
await listen(app, () => Promise.all([log.end(), line.close()]));
