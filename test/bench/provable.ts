import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { exchangeAnswer } from '#exchange/answer.js';
import { percentiles, type PreparedRequest } from './load.js';

export interface Latency {
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly samples: number;
}

const found = z.object({ entries: z.array(z.object({ type: z.string() })) });
const POLL_MS = 25;
/** Exchanges that are followed at once. */
const FOLLOWED = 4;
const PATIENCE_MS = 30_000;

/**
 * From the answer to the moment at which the published log proves both of its entries, for a few exchanges at a time
 * while the load goes on.
 */
export async function measureProvable(
  gateway: string,
  ledger: string,
  next: () => PreparedRequest,
  until: Promise<unknown>,
): Promise<Latency> {
  const times: number[] = [];
  const load = { over: false };
  const end = () => {
    load.over = true;
  };
  // Whoever awaits the load learns that it failed.
  void until.then(end, end);
  const follow = async () => {
    while (!load.over) {
      const { path, headers, body } = next();
      const response = await fetch(new URL(path, gateway), { method: 'POST', headers: { ...headers }, body });
      const answered = performance.now();
      const answer: unknown = await response.json();
      await bothProven(ledger, exchangeAnswer.parse(answer).receipt.id);
      times.push(performance.now() - answered);
    }
  };
  await Promise.all(Array.from({ length: FOLLOWED }, follow));
  return { ...percentiles(times), samples: times.length };
}

async function bothProven(ledger: string, id: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const response = await fetch(new URL(`/v1/events/${id}`, ledger));
    const body: unknown = await response.json();
    if (response.status === 200 && found.parse(body).entries.length === 2) return;
    await pause(POLL_MS);
  }
  throw new Error(`exchange ${id} was not provable within ${PATIENCE_MS} ms`);
}
