import pg from 'pg';

/** The table that every side reads, by statements prepared once a connection and a pool, as a careful developer would write it. */
export function sourceOf([url, relation, key, fields]: readonly [string, string, string, string]) {
  const quoted = (names: string, separator: string) => names.split(separator).map((name) => pg.escapeIdentifier(name));
  const from = quoted(relation, '.').join('.');
  const text = `SELECT ${quoted(fields, ',').join(', ')} FROM ${from} WHERE ${pg.escapeIdentifier(key)} = $1 LIMIT 20`;
  const pool = new pg.Pool({ connectionString: url, max: 8 });
  return {
    lookUp: async (id: string): Promise<unknown[]> =>
      (await pool.query<Record<string, unknown>>({ name: 'look-up', text, values: [id] })).rows,
    end: () => pool.end(),
  };
}
