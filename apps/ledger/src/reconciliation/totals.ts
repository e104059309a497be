import { MOST_SEQUENCES } from '#reconcile/party-source.js';
import { LedgerError } from '../ledger-error.js';

export const SEE_RUNBOOK = 'see "The reconciler\'s tables" in the runbook';

/** What the row of the reconciler says of its tables, by column, and how that is told from the tables themselves. */
const kept = {
  open_exchanges: '(SELECT count(*) FROM open_exchange)',
  entries_read: '(SELECT coalesce(sum(position), 0)::bigint FROM reconciled_shard)',
  sources: '(SELECT count(*) FROM party_source)',
  alerts: '(SELECT count(*) FROM alert)',
};
const columns = Object.keys(kept) as (keyof typeof kept)[];

/** As many sequences as each source is said to have must be there. */
const MISSING_SEQUENCES = `(SELECT coalesce(sum(least(sequences, ${MOST_SEQUENCES})), 0) FROM party_source)
  - (SELECT count(*) FROM party_sequence)`;

/**
 * Parts of an `UPDATE reconciliation AS one` that tells whether the tables, `there`, are as they were left; where nobody has
 * kept count, they are counted.
 */
export const totals = {
  set: columns
    .map((name) => `${name} = CASE WHEN totals_at = cycle_at THEN one.${name} ELSE there.${name} END`)
    .join(', '),
  from: `(SELECT ${columns.map((name) => `${kept[name]} AS ${name}`).join(', ')})`,
  missing: `json_build_object(${columns.map((name) => `'${name}', one.${name} - there.${name}`).join(', ')},
    'sequences', ${MISSING_SEQUENCES})`,
};

/** How much is missing in the tables, or too much where it is negative. */
export type Missing = Readonly<Record<keyof typeof kept | 'sequences', number>>;

/** Throws RECONCILIATION_DAMAGED. */
export function requireAsLeft(missing: Missing): void {
  const damaged = Object.entries(missing).filter(([, count]) => count !== 0);
  if (damaged.length === 0) return;
  const list = damaged.map(([name, count]) => `${name} ${count}`).join(', ');
  throw new LedgerError(
    'RECONCILIATION_DAMAGED',
    `somebody else changed the reconciler's tables, in which is missing: ${list}. ${SEE_RUNBOOK}`,
  );
}
