import { join } from 'node:path';
import { createServiceDatabase, withClient } from '#embedded/service-database.js';
import { generateSigningKey, privateJwk } from '#exchange/keys.js';
import { inTurn } from '../in-turn.js';
import type { PreparedRequest } from '../load.js';
import { startScript } from '../processes.js';
import { createRecords } from './record.js';
import { signedHeaders } from './signed.js';

export interface BareExchange {
  readonly url: string;
  /** The same ones again and again: it knows no replay. */
  readonly next: () => PreparedRequest;
  stop(): Promise<void>;
}

/**
 * The hops, the signatures and the two durable records of an exchange, by the same libraries, and nothing else: no agreement, no
 * minimisation, no replay check, no event, no log. What any exchange of this shape costs on this machine. `table`: as of
 * `sourceOf`.
 */
export async function startBareExchange(
  adminUrl: string,
  table: readonly string[],
  ids: readonly string[],
): Promise<BareExchange> {
  const key = generateSigningKey();
  const jwk = JSON.stringify(privateJwk(key));
  const [gatewayUrl, adapterUrl] = [await databaseFor('gateway', adminUrl), await databaseFor('adapter', adminUrl)];
  const adapter = await startScript(join(import.meta.dirname, 'adapter.main.js'), [adapterUrl, jwk, ...table]);
  const gateway = await startScript(join(import.meta.dirname, 'gateway.main.js'), [gatewayUrl, jwk, adapter.firstLine]);
  const requests = ids.map((id) => {
    const body = JSON.stringify({ id });
    return { path: '/exchange', headers: signedHeaders(Buffer.from(body), key), body };
  });
  return {
    url: gateway.firstLine,
    next: inTurn(requests),
    stop: async () => {
      await gateway.stop();
      await adapter.stop();
    },
  };
}

async function databaseFor(service: string, adminUrl: string): Promise<string> {
  const name = `bare_${service}`;
  const url = await createServiceDatabase(adminUrl, { database: name, role: name, password: name });
  await withClient(url, (client) => client.query(createRecords));
  return url;
}
