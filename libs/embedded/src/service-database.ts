import pg from 'pg';

export interface ServiceDatabase {
  readonly database: string;
  /** Owns the database. May log in, and nothing more. */
  readonly role: string;
  readonly password: string;
}

/**
 * A role and a database of its own for a service: nobody else may connect to it. Safe to repeat; the role then has this
 * password. Returns the service's connection URL.
 */
export async function createServiceDatabase(adminUrl: string, wanted: ServiceDatabase): Promise<string> {
  await withClient(adminUrl, async (admin) => {
    const { database, role, password } = wanted;
    const known = await admin.query('select 1 from pg_roles where rolname = $1', [role]);
    const verb = known.rows.length === 0 ? 'create' : 'alter';
    await runFormatted(admin, `${verb} role %I login nosuperuser nocreatedb nocreaterole password %L`, [
      role,
      password,
    ]);
    if (!(await databaseExists(admin, database))) {
      await runFormatted(admin, 'create database %I owner %I', [database, role]);
    }
    await runFormatted(admin, 'revoke all on database %I from public', [database]);
  });
  return databaseUrl(adminUrl, wanted);
}

export async function databaseExists(admin: pg.Client, database: string): Promise<boolean> {
  const found = await admin.query('select 1 from pg_database where datname = $1', [database]);
  return found.rows.length > 0;
}

/** The same server, another database and, where given, another role. */
export function databaseUrl(
  serverUrl: string,
  to: { readonly database: string; readonly role?: string; readonly password?: string },
): string {
  const url = new URL(serverUrl);
  url.pathname = `/${encodeURIComponent(to.database)}`;
  if (to.role !== undefined) url.username = encodeURIComponent(to.role);
  if (to.password !== undefined) url.password = encodeURIComponent(to.password);
  return url.href;
}

/** Utility statements take no parameters: the server itself quotes the names (%I) and literals (%L) into them. */
export async function runFormatted(client: pg.Client, template: string, values: readonly string[]): Promise<void> {
  const places = values.map((_, index) => `$${String(index + 2)}::text`).join(', ');
  const formatted = await client.query<{ statement: string }>(`select format($1::text, ${places}) as statement`, [
    template,
    ...values,
  ]);
  for (const row of formatted.rows) await client.query(row.statement);
}

/** Connects, runs, and ends the connection whatever happens. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  // A connection that breaks between two queries says so here too; the next query reports it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
