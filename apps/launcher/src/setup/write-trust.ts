import { LedgerClient } from '#client/ledger-client.js';
import { readTrust, trustFile, type Trust, type TrustFile } from '#client/trust.js';
import { trustedLogs } from '#client/trusted-logs.js';
import { readHomeFile, writeHomeFile } from '../home/home-file.js';
import type { Keys } from './keys.js';
import { departmentIds, urlOf, type Plan } from './plan.js';

/**
 * Writes down whom a verifier of this installation believes: the ledger's logs and the departments. Here it comes
 * from the very services that it judges; outside a demonstration it would be handed over in another way. Throws
 * HOME_DAMAGED where the file before cannot be read.
 */
export async function writeTrust(file: string, keys: Keys, plan: Plan): Promise<Trust> {
  return writeTrustIn(file, keys, urlOf(plan.ledger));
}

/** As `writeTrust`, wherever the ledger is. */
export async function writeTrustIn(file: string, keys: Keys, ledger: string): Promise<Trust> {
  const before = readHomeFile(file, (text) => trustFile.parse(JSON.parse(text)));
  const trust: TrustFile = trustFile.parse({
    ...(await trustedLogs(new LedgerClient({ ledger }), new Date(), before)),
    departments: departmentIds.map((id) => ({ id, keys: [keys.adapters[id].public] })),
  });
  writeHomeFile(file, `${JSON.stringify(trust, null, 2)}\n`);
  return readTrust(trust);
}
