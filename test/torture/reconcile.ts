import type { LoggedEntry } from '../support/published-entries.js';
import type { ExchangeReply } from '../support/signed-exchange.js';

/** What a caller was told of an exchange; of an answer only that it came. */
export type Told = (
  Exclude<ExchangeReply, { outcome: 'answered' }> | { readonly id: string; readonly outcome: 'answered' }
) & {
  /** Whether the gateway was killed soon after, and what it was in doubt about forgotten with it. */
  readonly gatewayDied?: boolean;
};

export interface Reconciliation {
  /** Entries that must be there after what callers were told, and are not. */
  readonly lost: number;
  /** Entries that are there a second time. */
  readonly duplicated: number;
  /** Permits of which nothing came, and whose failure the gateway was killed before it could record. */
  readonly leftOpen: number;
  /** What must not be. Empty where callers and log tell the same story. */
  readonly faults: readonly string[];
}

const DECIDED = 'access.decided.v1';
const RELEASED = 'access.released.v1';
const FAILED = 'access.failed.v1';

/**
 * Holds what callers were told against what the log says. Each answer has its decision and its release, each denial its
 * decision, each failure that was told with a receipt its decision and its failure: exactly once. Where a caller was told
 * of a failure without a receipt, there may be a denial, or a permit with its failure; without its failure only if the
 * gateway was killed before it could record that. Where no answer came there may be
 * anything, and nothing of it twice. And there is no entry of an exchange that nobody asked for.
 */
export function reconcile(replies: readonly Told[], entries: readonly LoggedEntry[]): Reconciliation {
  const faults: string[] = [];
  const asked = new Map(replies.map((reply) => [reply.id, reply]));
  if (asked.size < replies.length) faults.push('two requests had one id');
  const byId = Map.groupBy(entries, ({ id }) => id);
  const names = entries.map(({ type, id }) => `${type} of ${id}`).toSorted();
  const twice = names.filter((name, place) => names[place - 1] === name);
  faults.push(...twice.map((name) => `${name} twice`));
  let lost = 0;
  let leftOpen = 0;
  for (const { type, id } of entries) {
    if (isAccess(type) && !asked.has(id)) faults.push(`${type} of ${id}, which nobody asked`);
  }
  for (const reply of asked.values()) {
    const own = byId.get(reply.id) ?? [];
    lost += missingFrom(reply, own).length;
    if (isLeftOpen(reply, own)) leftOpen += 1;
    for (const fault of faultsOf(reply, own)) {
      faults.push(
        `${kindOf(reply)} ${reply.id}: ${fault}; the log has ${own.map(describeEntry).join(', ') || 'nothing'}`,
      );
    }
  }
  return { faults, lost, duplicated: twice.length, leftOpen };
}

function isLeftOpen(reply: Told, own: readonly LoggedEntry[]): boolean {
  const isDoubtful = reply.outcome === 'refused' && reply.problem.status >= 500 && reply.problem.receipt === undefined;
  return isDoubtful && reply.gatewayDied === true && isPermitted(own) && !own.some(({ type }) => type === FAILED);
}

function isPermitted(own: readonly LoggedEntry[]): boolean {
  return own.some(({ type, content }) => type === DECIDED && content.outcome === 'permit');
}

/** The types of entries that must be there and are not. */
function missingFrom(reply: Told, own: readonly LoggedEntry[]): readonly string[] {
  return expectedOf(reply, own).must.filter((type) => !own.some((entry) => entry.type === type));
}

function faultsOf(reply: Told, own: readonly LoggedEntry[]): string[] {
  const types = own.map(({ type }) => type);
  const decision = own.find(({ type }) => type === DECIDED);
  const { must, may } = expectedOf(reply, own);
  const isDenial = reply.outcome === 'refused' && reply.problem.status < 500;
  return [
    ...missingFrom(reply, own).map((type) => `no ${type}`),
    ...types.filter((type) => ![...must, ...may].includes(type)).map((type) => `an unexpected ${type}`),
    ...(isDenial && decision?.content.reason !== reply.problem.code ? ['denied for another reason'] : []),
    ...(reply.outcome === 'answered' && decision?.content.outcome !== 'permit' ? ['not permitted'] : []),
    ...(reply.outcome === 'refused' && reply.problem.code === 'INTERNAL' ? ['an error that nobody foresaw'] : []),
  ];
}

interface Expected {
  readonly must: readonly string[];
  readonly may: readonly string[];
}

/** Which entries an exchange must have, and which it may have besides. */
function expectedOf(reply: Told, own: readonly LoggedEntry[]): Expected {
  if (reply.outcome === 'answered') return { must: [DECIDED, RELEASED], may: [] };
  if (reply.outcome === 'unreachable') return { must: [], may: [DECIDED, RELEASED, FAILED] };
  if (reply.problem.status < 500) return { must: [DECIDED], may: [] };
  // The adapter may have released what the gateway then could not pass on.
  if (reply.problem.receipt !== undefined) return { must: [DECIDED, FAILED], may: [RELEASED] };
  // A permit that turned out to be on record although the gateway could not know has its failure too.
  if (isLeftOpen(reply, own)) return { must: [], may: [DECIDED, RELEASED] };
  return { must: isPermitted(own) ? [FAILED] : [], may: [DECIDED, RELEASED] };
}

/** Registrations have entries too, and are nobody's exchange. */
export function isAccess(type: string): boolean {
  return type.startsWith('access.');
}

export function kindOf(reply: Told): string {
  return reply.outcome === 'refused' ? `refused ${reply.problem.code}` : reply.outcome;
}

function describeEntry({ type, index, content }: LoggedEntry): string {
  return `${type} (${index}${typeof content.reason === 'string' ? `, ${content.reason}` : ''})`;
}
