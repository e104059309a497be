import type { ExchangeReply } from '../support/signed-exchange.js';
import type { System } from '../support/system.js';
import { reconcile } from '../torture/reconcile.js';

/** What a caller was told, in one word: `answered`, `unreachable` or the code of a problem. */
export function outcomeOf(reply: ExchangeReply): string {
  return reply.outcome === 'refused' ? reply.problem.code : reply.outcome;
}

/** What the log has of these exchanges and must not, or has not and must, once everything is sequenced. */
export async function faultsOf(system: System, replies: readonly ExchangeReply[]): Promise<readonly string[]> {
  await system.untilSettled();
  const log = system.log();
  const entries = await log.entries(await log.checkpoint());
  const asked = new Set(replies.map(({ id }) => id));
  return reconcile(
    replies,
    entries.filter(({ id }) => asked.has(id)),
  ).faults;
}
