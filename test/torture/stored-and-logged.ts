import { ADAPTER } from '../support/system-ground.js';
import type { System } from '../support/system.js';
import type { WatchedLog } from './watched-log.js';

/** What gateway and adapter keep of an exchange, each with the type of the entry that says so. */
const TABLES = [
  ['gateway', 'access_decision', 'access.decided.v1'],
  ['gateway', 'access_failure', 'access.failed.v1'],
  [ADAPTER, 'release', 'access.released.v1'],
] as const;

/** What the databases of both sides have and the log has not, or the other way round. In words. */
export async function compareStoredAndLogged(system: System, log: WatchedLog): Promise<readonly string[]> {
  const compared = TABLES.map(async ([database, table, type]) => {
    const text = `SELECT id::text AS id, encode(sha256(entry), 'base64') AS digest FROM ${table}`;
    const rows = await system.query<{ id: string; digest: string }>(database, text);
    const logged = log.digests.get(type) ?? new Set();
    const stored = new Set(rows.map(({ digest }) => digest));
    const absent = [...logged].filter((digest) => !stored.has(digest)).length;
    return [
      ...rows.filter(({ digest }) => !logged.has(digest)).map(({ id }) => `${table} has what the log has not: ${id}`),
      ...(absent === 0 ? [] : [`the log has ${absent} entries that ${table} has not`]),
    ];
  });
  return (await Promise.all(compared)).flat();
}
