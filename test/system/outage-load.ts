import type { ExchangeReply } from '../support/signed-exchange.js';
import type { System } from '../support/system.js';

export interface OutageLoad {
  /** At once. */
  readonly callers: number;
  /** Replies before the process is killed. */
  readonly before: number;
  /** Requests at the most while it is away. */
  readonly during: number;
  /** Answers and denials after it is back. */
  readonly after: number;
}

/**
 * Callers who keep asking while a process is killed and started again. The kill falls when the caller gets the reply that
 * completes `before`: the others are in the middle of theirs. Who is told that a part is down asks whether it is up again
 * before asking for more, as any client should. Resolves with every reply when `after` is reached.
 */
export async function loadThroughOutage(
  system: System,
  victim: string,
  { callers, before, during, after }: OutageLoad,
  ask: () => Promise<ExchangeReply>,
): Promise<readonly ExchangeReply[]> {
  const replies: ExchangeReply[] = [];
  let outage: Promise<void> | undefined;
  let isBack = false;
  let asked = 0;
  let settled = 0;
  const revive = async () => {
    await system.kill(victim);
    await system.start(victim);
    isBack = true;
  };
  const call = async (): Promise<void> => {
    if (outage !== undefined && !isBack && (asked += 1) > during) await outage;
    const wasBack = isBack;
    const reply = await ask();
    replies.push(reply);
    if (replies.length >= before) outage ??= revive();
    if (!wasBack) return;
    if (isSettled(reply)) settled += 1;
    else await system.untilReady();
  };
  const caller = async (): Promise<void> => {
    while (settled < after) await call();
  };
  await Promise.all([...Array.from({ length: callers }, caller)]);
  await outage;
  return replies;
}

function isSettled(reply: ExchangeReply): boolean {
  return reply.outcome === 'answered' || (reply.outcome === 'refused' && reply.problem.status < 500);
}
