import { AlertClient } from '#client/alert-client.js';
import { logTrustOf } from '#client/trust.js';
import type { AlertDetails } from '#exchange/alert.js';
import { parseTlogProof, verifyTlogProof } from '#merkle/tlog-proof.js';
import { leafHash } from '#merkle/tree-hash.js';
import { allAlerts } from '../support/found-alerts.js';
import type { System } from '../support/system.js';

interface ProvenEntry {
  readonly origin: string;
  readonly text: string;
  readonly proof: string;
}

/** The entries that an alert shows, as somebody reads them who believes the trust file alone. */
export interface ProvenAlert {
  readonly alert: AlertDetails;
  readonly shown: readonly Readonly<Record<string, unknown>>[];
}

/** Every alert with what it shows. Throws where an entry that it names is not proven to be in the log, in that place. */
export async function provenAlerts(system: System): Promise<readonly ProvenAlert[]> {
  const client = new AlertClient({ ledger: system.ledgerUrl, fetch, now: Date.now });
  const found = await allAlerts(system.ledgerUrl);
  return Promise.all(
    found.map(async ({ id }) => {
      const alert = await client.alert(id);
      return { alert, shown: await Promise.all(alert.evidence.map((one) => provenEntry(system, one))) };
    }),
  );
}

type Evidence = AlertDetails['evidence'][number];

async function provenEntry(system: System, { index, leaf, proof: path }: Evidence) {
  const answer = await fetch(`${system.ledgerUrl}${path}`);
  const { origin, text, proof } = (await answer.json()) as ProvenEntry;
  const hash = leafHash(Buffer.from(text));
  verifyTlogProof(proof, hash, logTrustOf(system.trust, origin));
  const claimed = { index: parseTlogProof(proof).index, leaf: Buffer.from(hash).toString('base64url') };
  if (claimed.index !== index || claimed.leaf !== leaf) throw new Error(`${path} is not what the alert shows`);
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
}
