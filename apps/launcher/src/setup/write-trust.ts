import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { call, readAnswer } from '#client/http-call.js';
import { readTrust, trustFile, type Trust, type TrustFile } from '#client/trust.js';
import type { Keys } from './keys.js';
import { departmentIds, urlOf, type Plan } from './plan.js';

const shards = z.object({ shards: z.array(z.object({ origin: z.string(), vkey: z.string() })) });

/**
 * Writes down whom a verifier of this installation believes: the ledger's logs, the gateway, the departments. Here it comes
 * from the very services that it judges; outside a demonstration it would be handed over in another way.
 */
export async function writeTrust(file: string, keys: Keys, plan: Plan): Promise<Trust> {
  const answer = await call(fetch, { method: 'GET', url: new URL('/v1/shards', urlOf(plan.ledger)) });
  const trust: TrustFile = trustFile.parse({
    logs: readAnswer(answer.text, shards).shards,
    gateways: [{ issuer: 'gateway', keys: [keys.gateway.public] }],
    departments: departmentIds.map((id) => ({ id, keys: [keys.adapters[id].public] })),
  });
  writeFileSync(file, `${JSON.stringify(trust, null, 2)}\n`);
  return readTrust(trust);
}
