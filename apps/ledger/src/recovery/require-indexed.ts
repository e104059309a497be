import type { TreeHash } from '#merkle/tree-hash.js';
import { LedgerError } from '../ledger-error.js';
import type { SequencedLogRepository } from '../publication/sequenced-log.repository.js';
import type { SequencingRepository } from '../sequencing/sequencing.repository.js';
import type { SequencedAgain } from './sequenced-again.js';
import { labelOf } from '../shards/shard.js';

/** How many of the newest entries are looked at: enough to notice an index that was emptied, cut off or restored alone. */
const LOOKED_AT = 256;

/**
 * Rejects with INDEX_DAMAGED where the index of events lacks newest entries of the log: without it events that come again
 * would be sequenced again.
 */
export async function requireIndexed(
  shard: number,
  { sequenced, sequencing }: { readonly sequenced: SequencedLogRepository; readonly sequencing: SequencingRepository },
  hash: TreeHash,
  again: SequencedAgain,
): Promise<void> {
  const { size = 0 } = (await sequenced.head(shard)) ?? {};
  const from = Math.max(0, size - LOOKED_AT);
  const entries = await sequenced.entries(shard, from, size);
  const wanted = entries.map((entry, at) => again(entry, from + at, hash));
  const known = new Set((await sequencing.known(wanted)).map(({ leaf }) => Buffer.from(leaf).toString('hex')));
  const missing = wanted.findIndex(({ leaf }) => !known.has(Buffer.from(leaf).toString('hex')));
  if (missing === -1) return;
  throw new LedgerError(
    'INDEX_DAMAGED',
    `the table sequenced_event lacks entry ${from + missing} of shard ${labelOf(shard)}, which the log has: it was emptied, changed ` +
      'or restored alone. Restore the whole database, or have it made again from the published log: see docs/runbook.md.',
  );
}
