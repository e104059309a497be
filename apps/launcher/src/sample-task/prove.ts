import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Receipt } from '#exchange/answer.js';
import { ClientError } from '#client/client-error.js';
import type { EvidenceFile } from '#client/evidence-file.js';
import { LedgerClient } from '#client/ledger-client.js';
import { SluiceClient } from '#client/sluice-client.js';
import { verifyReceipt } from '#client/verification/verify-receipt.js';
import type { Asker } from './ask.js';
import type { Outcome } from './outcome.js';

export interface Proof {
  readonly ok: boolean;
  /** A few words. */
  readonly summary: string;
}

/** The log promises to have an entry within this time. Milliseconds. */
const MERGE_TIMEOUT_MS = 15_000;

/** Gets the receipt, keeps the evidence as `file`, and verifies it offline: by the trust file alone. */
export async function prove(asker: Asker, ledger: string, outcome: Outcome, file: string): Promise<Proof> {
  try {
    const receipt = await receiptOf(asker, ledger, outcome);
    if (receipt === undefined) return { ok: false, summary: 'the log has no entry of it' };
    const { answer, request } = outcome;
    // The entry of a request that nobody signed commits to what was sent, and nobody is shown the opening.
    const evidence = {
      ...(receipt.opening === undefined ? {} : { request }),
      ...(answer === undefined ? {} : { answer }),
      receipt,
    } satisfies EvidenceFile;
    writeFileSync(file, `${JSON.stringify(evidence, null, 2)}\n`);
    const { ok, checks } = verifyReceipt(evidence, asker.trust);
    const failed = checks.find((check) => !check.ok);
    const place = `entry ${String(receipt.decision.index)}`;
    return { ok, summary: failed === undefined ? `${place}, ${String(checks.length)} checks` : failed.sentence.en };
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    return { ok: false, summary: error.message };
  }
}

/** Where the proof of each outcome is kept. */
export function receiptFile(folder: string, index: number, { came }: Outcome): string {
  mkdirSync(folder, { recursive: true });
  const name = came
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, '-')
    .slice(0, 40);
  return join(folder, `${String(index + 1).padStart(2, '0')}-${name}.json`);
}

async function receiptOf(asker: Asker, ledger: string, outcome: Outcome): Promise<Receipt | undefined> {
  const { receiptId } = outcome;
  if (receiptId !== undefined) return new SluiceClient(asker).receipt(receiptId, { wait: MERGE_TIMEOUT_MS });
  return findRefusal(new LedgerClient({ ledger }), outcome);
}

/** Whoever signs badly is given no receipt, since it may be anybody; the log, which all may read, has the entry. */
async function findRefusal(ledger: LedgerClient, { came, at }: Outcome): Promise<Receipt | undefined> {
  const deadline = performance.now() + MERGE_TIMEOUT_MS;
  while (performance.now() < deadline) {
    const { entries } = await ledger.entries({ limit: 100 });
    const id = entries.find(({ entry }) => entry.reason === came && Date.parse(entry.time) >= at)?.entry.id;
    const [proven] = id === undefined ? [] : await ledger.event(id);
    if (id !== undefined && proven !== undefined) {
      const { entry, origin, index, proof } = proven;
      return { id, decision: { entry, origin, index, proof } };
    }
    await pause(200);
  }
  return undefined;
}
