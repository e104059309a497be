import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClientError } from '#client/client-error.js';
import { SluiceClient } from '#client/sluice-client.js';
import { verifyReceipt } from '#client/verification/verify-receipt.js';
import type { Asker } from './ask.js';
import type { Outcome } from './outcome.js';

export interface Proof {
  readonly ok: boolean;
  /** A few words. */
  readonly summary: string;
  /** Where the evidence was kept. */
  readonly file?: string;
}

/** The log promises to have an entry within this time. Milliseconds. */
const MERGE_TIMEOUT_MS = 15_000;

/** Gets the receipt, keeps it in `folder`, and verifies it offline: by the trust file alone. */
export async function prove(asker: Asker, outcome: Outcome, folder: string, name: string): Promise<Proof> {
  if (outcome.receiptId === undefined) {
    return { ok: true, summary: 'on record; a stranger is given no receipt' };
  }
  try {
    const client = new SluiceClient(asker);
    const receipt = await client.receipt(outcome.receiptId, { wait: MERGE_TIMEOUT_MS });
    const { answer, request } = outcome;
    const evidence = { receipt, request, ...(answer === undefined ? {} : { answer }) };
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${name}.json`);
    writeFileSync(file, `${JSON.stringify(evidence, null, 2)}\n`);
    const { ok, checks } = verifyReceipt(evidence, asker.trust);
    const failed = checks.find((check) => !check.ok);
    const place = `${receipt.decision.origin} #${String(receipt.decision.index)}`;
    return {
      ok,
      file,
      summary: failed === undefined ? `${String(checks.length)} checks, ${place}` : failed.sentence.en,
    };
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    return { ok: false, summary: error.message };
  }
}
