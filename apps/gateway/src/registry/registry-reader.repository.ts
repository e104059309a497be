import { Client } from 'pg';
import { readStoredRegistry, type StoredRegistry } from './stored-registry.js';

/** A query that takes longer is given up, and its connection with it. */
const QUERY_TIMEOUT_MS = 5000;

/**
 * Reads the registry on a connection of its own: a flood of exchanges that fills the pool must not make a revoked key
 * live on. A connection that fails once is thrown away, and the next call makes another.
 */
export class RegistryReader {
  private client: Client | undefined;

  constructor(private readonly url: string) {}

  /** Changes with every change to the registry. */
  async version(): Promise<string> {
    const [row] = await this.query<{ version: string }>('SELECT version FROM registry_version');
    if (row === undefined) throw new Error('the registry has no version');
    return row.version;
  }

  /** All of it as of one moment, since one statement sees one snapshot. */
  async load(): Promise<StoredRegistry> {
    const [row] = await this.query<{ registry: unknown }>(LOAD);
    return readStoredRegistry(row?.registry);
  }

  async close(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    await client?.end();
  }

  private async query<Row extends object>(sql: string): Promise<Row[]> {
    const client = (this.client ??= await this.connect());
    try {
      return (await client.query<Row>(sql)).rows;
    } catch (error) {
      this.discard(client);
      throw error;
    }
  }

  private async connect(): Promise<Client> {
    const client = new Client({
      connectionString: this.url,
      application_name: 'gateway registry',
      connectionTimeoutMillis: QUERY_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
      keepAlive: true,
    });
    // Between queries a connection breaks without anybody waiting for it: the next query notices.
    client.on('error', () => {
      this.discard(client);
    });
    await client.connect();
    return client;
  }

  private discard(client: Client): void {
    if (this.client === client) this.client = undefined;
    // It may wait for a server that is gone, so nobody waits for it.
    client.end().catch(() => undefined);
  }
}

const LOAD = `
  SELECT json_build_object(
    'version', (SELECT version::text FROM registry_version),
    'departments', (SELECT coalesce(json_agg(json_build_object('id', id, 'content', content)), '[]') FROM department),
    'resources', (SELECT coalesce(json_agg(content), '[]') FROM resource),
    'systems', (SELECT coalesce(json_agg(json_build_object('id', id, 'content', content)), '[]') FROM system),
    'keys', (SELECT coalesce(json_agg(json_strip_nulls(json_build_object('kid', kid, 'system', system, 'jwk', jwk,
      'notBefore', not_before, 'notAfter', not_after, 'revokedAt', revoked_at))), '[]') FROM system_key),
    'agreements', (SELECT coalesce(json_agg(content), '[]') FROM
      (SELECT DISTINCT ON (id) content FROM agreement ORDER BY id, version DESC) AS newest)
  ) AS registry`;
