import type { NamedWitness } from '#exchange/witness-set.js';
import type { LedgerClient } from './ledger-client.js';
import type { TrustFile } from './trust.js';

/**
 * A trust file's part about the logs, as the ledger tells it, which whoever relies on it compares with others. `before` is
 * the file in whose place it comes. What that trusts goes on to count for the past: logs that had no witnesses then need
 * the quorum for what is published from now on, and a key that is gone counts for what it cosigned before `now`. A log that was
 * trusted stays, whatever the ledger names.
 */
export async function trustedLogs(
  ledger: Pick<LedgerClient, 'shards' | 'witnesses' | 'family'>,
  now: Date,
  before?: TrustFile,
): Promise<Pick<TrustFile, 'logs' | 'families' | 'witnesses' | 'quorum'>> {
  const [shards, asked, family] = await Promise.all([ledger.shards(), ledger.witnesses(), ledger.family()]);
  const isWitnessed = asked.witnesses.length > 0;
  const listed = shards.map(({ origin, vkey, size }) => {
    const known = before?.logs.find((log) => log.origin === origin);
    const from =
      known?.witnessedFrom ?? (known !== undefined && before?.witnesses === undefined ? size + 1 : undefined);
    return { origin, vkey, ...(isWitnessed && from !== undefined ? { witnessedFrom: from } : {}) };
  });
  const kept = (before?.logs ?? []).filter(({ origin }) => !listed.some((log) => log.origin === origin));
  const families = family === undefined ? [] : [{ origin: family.origin, vkey: family.vkey }];
  const logs = { logs: [...listed, ...kept], ...(families.length === 0 ? {} : { families }) };
  if (!isWitnessed) return logs;
  return { ...logs, witnesses: withPast(asked.witnesses, before?.witnesses ?? [], now), quorum: asked.quorum };
}

function withPast(present: readonly NamedWitness[], past: readonly NamedWitness[], now: Date): NamedWitness[] {
  const names = new Set([...present, ...past].map(({ name }) => name));
  const keysOf = (of: readonly NamedWitness[], name: string) => of.find((one) => one.name === name)?.keys ?? [];
  return [...names].map((name) => {
    const keys = keysOf(present, name);
    const gone = keysOf(past, name)
      .filter(({ vkey }) => !keys.some((key) => key.vkey === vkey))
      .map((key) => ({ ...key, until: key.until ?? now.toISOString() }))
      .filter(({ from, until }) => from === undefined || Date.parse(from) < Date.parse(until));
    return { name, keys: [...keys, ...gone] };
  });
}
