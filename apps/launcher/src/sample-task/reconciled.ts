import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { AlertClient } from '#client/alert-client.js';
import { ClientError } from '#client/client-error.js';
import { call, readAnswer } from '#client/http-call.js';

const status = z.object({ shards: z.array(z.object({ lag: z.int() })), openExchanges: z.int() });

/** The reconciler looks each second. Milliseconds. */
const PATIENCE_MS = 10_000;
const ASK_EVERY_MS = 100;

/** Whether the two sides' records agree, in a sentence. What is wrong is an alert, and none of the sample task's own. */
export async function reconciled(ledger: string): Promise<string> {
  try {
    const isDone = await waitForReconciler(ledger);
    const { items, next } = await new AlertClient({ ledger, fetch, now: Date.now }).list({ limit: 200, state: 'open' });
    if (items.length > 0) {
      return `${String(items.length)}${next === undefined ? '' : ' or more'} alerts are open: npx sluice alert list`;
    }
    return isDone
      ? "the two sides' records of every exchange agree, and no record is missing: npx sluice alert list says none"
      : 'the records are not all reconciled yet; npx sluice alert list will say what does not agree';
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    return `what was reconciled cannot be read: ${error.message}`;
  }
}

async function waitForReconciler(ledger: string): Promise<boolean> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const { text } = await call(fetch, { method: 'GET', url: new URL('/v1/reconciliation', ledger) });
    const { shards, openExchanges } = readAnswer(text, status);
    if (openExchanges === 0 && shards.every(({ lag }) => lag === 0)) return true;
    if (performance.now() >= deadline) return false;
    await pause(ASK_EVERY_MS);
  }
}
