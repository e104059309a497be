import type { Client } from 'pg';
import { createServiceDatabase, databaseUrl, runFormatted, withClient } from '#embedded/service-database.js';

/** A department's own database, as it stood before Sluice came: its tables, and a role that may only read. */
export interface SourceDatabase {
  readonly database: string;
  readonly owner: { readonly role: string; readonly password: string };
  readonly reader: { readonly role: string; readonly password: string };
  /** Marks what `fill` makes. Another version is made anew. */
  readonly version: string;
  /** One schema, which `fill` creates. */
  readonly schema: string;
  /** Runs in one transaction: all of it is there, or nothing. */
  fill(client: Client): Promise<void>;
}

/** Safe to repeat: filled once. Returns the reader's URL, and whether there was something to do. */
export async function prepareSource(
  adminUrl: string,
  source: SourceDatabase,
): Promise<{ url: string; filled: boolean }> {
  const { database, owner, reader, schema } = source;
  const ownerUrl = await createServiceDatabase(adminUrl, { database, ...owner });
  await withClient(adminUrl, async (admin) => {
    const known = await admin.query('select 1 from pg_roles where rolname = $1', [reader.role]);
    const verb = known.rows.length === 0 ? 'create' : 'alter';
    await runFormatted(admin, `${verb} role %I login password %L`, [reader.role, reader.password]);
    await runFormatted(admin, 'grant connect on database %I to %I', [database, reader.role]);
    await runFormatted(admin, 'alter role %I set default_transaction_read_only = on', [reader.role]);
  });
  const filled = await withClient(ownerUrl, async (client) => {
    if (await isFilled(client, source)) return false;
    await client.query('begin');
    await runFormatted(client, 'drop schema if exists %I cascade', [schema]);
    await runFormatted(client, 'create schema %I', [schema]);
    await source.fill(client);
    await runFormatted(client, 'grant usage on schema %I to %I', [schema, reader.role]);
    await runFormatted(client, 'grant select on all tables in schema %I to %I', [schema, reader.role]);
    await runFormatted(client, 'comment on schema %I is %L', [schema, source.version]);
    await client.query('commit');
    await client.query('analyze');
    return true;
  });
  return { url: databaseUrl(adminUrl, { database, ...reader }), filled };
}

async function isFilled(client: Client, source: SourceDatabase): Promise<boolean> {
  const found = await client.query<{ version: string | null }>(
    "select obj_description(oid, 'pg_namespace') as version from pg_namespace where nspname = $1",
    [source.schema],
  );
  return found.rows[0]?.version === source.version;
}
