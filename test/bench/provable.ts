import { setTimeout as pause } from 'node:timers/promises';
import { exchangeAnswer, type ExchangeAnswer } from '#exchange/answer.js';
import { accessDecidedV1 } from '#events/access-decided.v1.js';
import { accessReleasedV1 } from '#events/access-released.v1.js';
import { ClientError } from '#client/client-error.js';
import type { LedgerClient } from '#client/ledger-client.js';
import type { Trust } from '#client/trust.js';
import { verifyReceipt, type Evidence } from '#client/verification/verify-receipt.js';
import type { PreparedRequest } from './load.js';

export interface Followed {
  readonly gateway: string;
  readonly ledger: LedgerClient;
  /** Whose proofs and cosignatures are believed. */
  readonly trust: Trust;
  readonly next: () => PreparedRequest;
}

const POLL_MS = 25;
/** Exchanges that are followed at once. */
const FOLLOWED = 4;
const PATIENCE_MS = 30_000;

/**
 * Milliseconds from the answer to the moment at which the published log proves both of its entries under a checkpoint that
 * enough witnesses cosigned, for a few exchanges at a time while the load goes on. Each proof is verified as a caller would,
 * which is not in the time. Rejects where one does not hold.
 */
export async function timesToProvable(followed: Followed, until: Promise<unknown>): Promise<readonly number[]> {
  const times: number[] = [];
  const load = { over: false };
  const end = () => {
    load.over = true;
  };
  // Whoever awaits the load learns that it failed.
  void until.then(end, end);
  const follow = async () => {
    while (!load.over) {
      const { path, headers, body } = followed.next();
      const url = new URL(path, followed.gateway);
      const response = await fetch(url, { method: 'POST', headers: { ...headers }, body });
      const answered = performance.now();
      const answer = exchangeAnswer.parse(await response.json());
      times.push((await whenProven(followed, body, answer)) - answered);
    }
  };
  await Promise.all(Array.from({ length: FOLLOWED }, follow));
  return times;
}

/** When the ledger gave what proves the exchange, on the clock of `performance.now()`. */
async function whenProven(
  { ledger, trust }: Pick<Followed, 'ledger' | 'trust'>,
  request: string,
  { receipt: promised, ...answer }: ExchangeAnswer,
): Promise<number> {
  const { id } = promised;
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const entries = await publishedOf(ledger, id);
    const now = performance.now();
    const [decision, release] = [accessDecidedV1, accessReleasedV1].map((contract) =>
      entries.find(({ type }) => type === contract.type),
    );
    if (decision !== undefined && release !== undefined) {
      if (isProven({ request, promised, answer, receipt: { id, decision, release } }, trust)) return now;
    }
    await pause(POLL_MS);
  }
  throw new Error(`exchange ${id} was not provable within ${PATIENCE_MS} ms`);
}

/** False while too few witnesses cosigned; throws for whatever else is wrong. */
function isProven(evidence: Evidence, trust: Trust): boolean {
  const failed = verifyReceipt(evidence, trust).checks.filter(({ ok }) => !ok);
  const wrong = failed.find(({ name }) => !name.endsWith('-witnessed'));
  if (wrong !== undefined) throw new Error(`exchange ${evidence.receipt.id}: ${wrong.sentence.en}`);
  return failed.length === 0;
}

async function publishedOf(ledger: LedgerClient, id: string): ReturnType<LedgerClient['event']> {
  try {
    return await ledger.event(id);
  } catch (error) {
    if (error instanceof ClientError && error.problem?.code === 'NOT_FOUND') return [];
    throw error;
  }
}
