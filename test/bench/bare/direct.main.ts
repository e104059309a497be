import { fastify } from 'fastify';
import { sourceOf } from './look-up.js';
import { argumentsOf, listen } from './service.js';

/**
 * What a department would do without Sluice: a bare service over the same table, plain HTTP, no signature, no decision, no
 * record.
 */
const source = sourceOf(argumentsOf('URL', 'SCHEMA.TABLE', 'KEY', 'FIELD,FIELD'));

const app = fastify();
app.post<{ Body: { id: string } }>('/records', async ({ body }) => ({ rows: await source.lookUp(body.id) }));
await listen(app, () => source.end());
