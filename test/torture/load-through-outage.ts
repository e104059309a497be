import type { ExchangeReply } from '../support/signed-exchange.js';
import type { System } from '../support/system.js';

export interface OutageLoad {
  /** At once. */
  readonly callers: number;
  /** Replies before the outage begins. */
  readonly before: number;
  /** Requests at the most while it lasts. */
  readonly during: number;
  /** Answers and denials after it is over. */
  readonly after: number;
}

/**
 * Callers who keep asking while `outage` happens and ends. It begins when a caller gets the reply that completes `before`:
 * the others are in the middle of theirs. Who is told that a part is down asks whether it is up again before asking for
 * more, as any client should. Resolves with every reply when `after` is reached.
 */
export async function loadThroughOutage(
  system: System,
  { callers, before, during, after }: OutageLoad,
  ask: () => Promise<ExchangeReply>,
  outage: () => Promise<void>,
): Promise<readonly ExchangeReply[]> {
  const replies: ExchangeReply[] = [];
  let ending: Promise<void> | undefined;
  let isOver = false;
  let asked = 0;
  let settled = 0;
  const begin = async () => {
    await outage();
    isOver = true;
  };
  const call = async (): Promise<void> => {
    if (ending !== undefined && !isOver && (asked += 1) > during) await ending;
    const wasOver = isOver;
    const reply = await ask();
    replies.push(reply);
    if (replies.length >= before) ending ??= begin();
    if (!wasOver) return;
    if (isSettled(reply)) settled += 1;
    else await system.untilReady();
  };
  const caller = async (): Promise<void> => {
    while (settled < after) await call();
  };
  await Promise.all([...Array.from({ length: callers }, caller)]);
  await ending;
  return replies;
}

/** What was asked has been answered or denied: nothing is left open. */
function isSettled(reply: ExchangeReply): boolean {
  return reply.outcome === 'answered' || (reply.outcome === 'refused' && reply.problem.status < 500);
}
