import pg from 'pg';

/** Whoever reads or writes the table waits until `release`. The wait ends too when the connection does. */
export async function lockTable(url: string, table: string): Promise<{ release(): Promise<void> }> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('BEGIN');
  const [schema, name] = table.includes('.') ? table.split('.') : ['public', table];
  await client.query(
    `LOCK TABLE ${pg.escapeIdentifier(schema!)}.${pg.escapeIdentifier(name!)} IN ACCESS EXCLUSIVE MODE`,
  );
  return { release: () => client.end() };
}
