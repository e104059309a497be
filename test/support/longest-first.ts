/**
 * What takes half a minute and more on two cores, the longest first. Jest itself goes by the size of files where it has not run
 * them before: one of these that it began last would have the other workers wait for it.
 */
export const LONGEST: readonly string[] = [
  'test/torture/torture.system.spec.ts',
  'test/system/broker-goes-back.system.spec.ts',
  'apps/ledger/test/faults/family-faults.db.spec.ts',
  'apps/ledger/test/faults/storage-faults.db.spec.ts',
  'test/system/shards.system.spec.ts',
  'test/transport/kafka.system.spec.ts',
  'test/system/full-disks.system.spec.ts',
  'test/recovery/backup-drill.system.spec.ts',
  'test/launcher/launcher.system.spec.ts',
  'apps/ledger/test/reconciliation/clean-exchanges.db.spec.ts',
  'test/storage/publication-in-s3.db.spec.ts',
];

/** Those first; the others in the order that they have. */
export function longestFirst<One extends { readonly path: string }>(tests: readonly One[]): One[] {
  return tests.toSorted((a, b) => rankOf(a.path) - rankOf(b.path));
}

function rankOf(path: string): number {
  const rank = LONGEST.findIndex((file) => path.replaceAll('\\', '/').endsWith(`/${file}`));
  return rank < 0 ? LONGEST.length : rank;
}
