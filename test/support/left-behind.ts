import { withClient } from '#embedded/service-database.js';
import type { System } from './system.js';

/**
 * Everything of a text that may be an id, a digest or a handle: runs of the characters that such are written in, and those
 * of what is encoded in the long ones, as a token's claims are.
 */
export function tokensOf(text: string, depth = 2): Set<string> {
  const tokens = new Set<string>();
  for (const alphabet of [/[A-Za-z0-9_-]{16,}/g, /[A-Za-z0-9+/]{16,}/g, /[0-9a-f]{16,}/g]) {
    for (const [token] of text.matchAll(alphabet)) {
      if (tokens.has(token)) continue;
      tokens.add(token);
      if (depth === 0 || token.length < 40 || token.length > 20_000) continue;
      const decoded = Buffer.from(token, 'base64url').toString('latin1');
      for (const one of tokensOf(decoded, depth - 1)) tokens.add(one);
    }
  }
  for (const [run] of text.matchAll(/[0-9]{17,}[Xx]?/g)) {
    for (let from = 0; from + 18 <= run.length; from += 1) tokens.add(run.slice(from, from + 18).toUpperCase());
  }
  return tokens;
}

/** The tokens of every table of every database but the departments' own sources, and of all that was logged. */
export async function leftBehind(system: System): Promise<ReadonlySet<string>> {
  const databases = await system.query<{ datname: string }>(
    'postgres',
    "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname NOT LIKE 'source%'",
  );
  const tokens = new Set<string>();
  const add = (text: string) => {
    for (const token of tokensOf(text)) tokens.add(token);
  };
  for (const { datname } of databases) {
    const url = new URL(system.databaseUrl('postgres'));
    url.pathname = `/${datname}`;
    for (const text of await textsOf(url.href)) add(text);
  }
  for (const text of system.logFiles().values()) add(text);
  return tokens;
}

async function textsOf(url: string): Promise<readonly string[]> {
  return withClient(url, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    const texts: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<Record<string, unknown>>(`SELECT * FROM ${name}`);
      for (const value of rows.flatMap((row) => Object.values(row))) texts.push(...spellings(value));
    }
    return texts;
  });
}

function spellings(value: unknown): readonly string[] {
  if (Buffer.isBuffer(value)) return [value.toString('latin1'), value.toString('hex'), value.toString('base64url')];
  if (typeof value === 'string') return [value];
  return value === null ? [] : [JSON.stringify(value)];
}
