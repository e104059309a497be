import type { DataSource } from 'typeorm';
import { Problem } from '#exchange/problem.js';
import type { PublicJwk } from '#exchange/keys.js';
import type { KeyContent, SystemContent } from '../registry/stored-registry.js';
import { toPage, type ListPage, type PageQuery } from './list-page.js';
import { keyName, sameContent } from './registry-change.js';
import type { Changed, Transaction } from './registry-transaction.repository.js';
import type { RegisteredSystem } from './system.schema.js';

/** `Key` of the query is a row of system_key. */
const KEY_JSON = `json_strip_nulls(json_build_object('kid', kid, 'jwk', jwk, 'notBefore', not_before,
  'notAfter', not_after, 'revokedAt', revoked_at))`;

export class SystemRepository {
  constructor(private readonly database: DataSource) {}

  list({ limit, cursor }: PageQuery): Promise<ListPage<RegisteredSystem>> {
    return this.database
      .query<RegisteredSystem[]>(
        `SELECT id, content->'title' AS title, (SELECT coalesce(json_agg(${KEY_JSON} ORDER BY registered_at, kid), '[]')
           FROM system_key WHERE system = system.id) AS keys
         FROM system WHERE $2::text IS NULL OR id > $2 ORDER BY id LIMIT $1`,
        [limit + 1, cursor ?? null],
      )
      .then((rows) => toPage(rows, limit));
  }
}

export async function putSystem(
  transaction: Transaction,
  id: string,
  content: SystemContent,
): Promise<Changed<{ id: string } & SystemContent>> {
  const [stored] = await transaction.query<{ content: unknown }[]>('SELECT content FROM system WHERE id = $1', [id]);
  const result = { id, ...content };
  if (stored !== undefined && sameContent(stored.content, content)) return { result, changes: [] };
  await transaction.query(
    `INSERT INTO system (id, content) VALUES ($1, $2)
     ON CONFLICT (id) DO UPDATE SET content = excluded.content, changed_at = now()`,
    [id, JSON.stringify(content)],
  );
  const action = stored === undefined ? 'created' : 'changed';
  return { result, changes: [{ subject: 'system', name: id, action, content: result }] };
}

export interface KeyToRegister {
  readonly system: string;
  readonly kid: string;
  readonly jwk: PublicJwk;
  readonly notBefore: string | undefined;
  readonly notAfter: string | undefined;
}

/** Throws NOT_FOUND without the system, and CONFLICT where the key is another system's or was revoked. */
export async function putKey(transaction: Transaction, key: KeyToRegister): Promise<Changed<KeyContent>> {
  const [system] = await transaction.query<unknown[]>('SELECT 1 FROM system WHERE id = $1', [key.system]);
  if (system === undefined) throw new Problem('NOT_FOUND', 'no such system is registered');
  const stored = await findKey(transaction, key.kid);
  if (stored !== undefined && stored.system !== key.system) {
    throw new Problem('CONFLICT', 'the key is registered for another system');
  }
  if (stored?.content.revokedAt !== undefined) throw new Problem('CONFLICT', 'the key was revoked: make another');
  await transaction.query(
    `INSERT INTO system_key (kid, system, jwk, not_before, not_after) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (kid) DO UPDATE SET not_before = excluded.not_before, not_after = excluded.not_after`,
    [key.kid, key.system, JSON.stringify(key.jwk), key.notBefore ?? null, key.notAfter ?? null],
  );
  const action = stored === undefined ? 'created' : 'changed';
  return keyChange(transaction, key.kid, action, stored?.content);
}

/** The key is never valid again. Safe to repeat. Throws NOT_FOUND where the system has no such key. */
export async function revokeKey(
  transaction: Transaction,
  system: string,
  kid: string,
  now: Date,
): Promise<Changed<KeyContent>> {
  const stored = await findKey(transaction, kid);
  if (stored?.system !== system) throw new Problem('NOT_FOUND', 'the system has no such key');
  if (stored.content.revokedAt !== undefined) return { result: stored.content, changes: [] };
  await transaction.query('UPDATE system_key SET revoked_at = $2 WHERE kid = $1', [kid, now]);
  return keyChange(transaction, kid, 'revoked', stored.content);
}

async function keyChange(
  transaction: Transaction,
  kid: string,
  action: 'created' | 'changed' | 'revoked',
  earlier: KeyContent | undefined,
): Promise<Changed<KeyContent>> {
  const now = await findKey(transaction, kid);
  if (now === undefined) throw new Error('a key that was just written is not there');
  const { system, content } = now;
  if (earlier !== undefined && sameContent(earlier, content)) return { result: content, changes: [] };
  const change = { subject: 'key', name: keyName(kid), action, content: { system, ...content } } as const;
  return { result: content, changes: [change] };
}

async function findKey(
  transaction: Transaction,
  kid: string,
): Promise<{ readonly system: string; readonly content: KeyContent } | undefined> {
  const [row] = await transaction.query<{ system: string; content: KeyContent }[]>(
    `SELECT system, ${KEY_JSON} AS content FROM system_key WHERE kid = $1`,
    [kid],
  );
  return row;
}
