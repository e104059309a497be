import type { DataSource } from 'typeorm';
import { Problem } from '#exchange/problem.js';
import type { Agreement } from '#policy/agreement.js';
import { checkAgreement } from '#policy/check-agreement.js';
import type { Resource } from '#policy/resource.js';
import { toPage, type ListPage, type PageQuery } from './list-page.js';
import { sameContent } from './registry-change.js';
import type { Changed, Transaction } from './registry-transaction.repository.js';

export interface AgreementFilter {
  readonly consumer?: string | undefined;
  readonly resource?: string | undefined;
}

export class AgreementRepository {
  constructor(private readonly database: DataSource) {}

  /** The newest version of each. */
  async list({ limit, cursor, consumer, resource }: PageQuery & AgreementFilter): Promise<ListPage<Agreement>> {
    const rows = await this.database.query<{ content: Agreement }[]>(
      `SELECT content FROM (SELECT DISTINCT ON (id) * FROM agreement ORDER BY id, version DESC) AS newest
       WHERE ($2::text IS NULL OR id > $2) AND ($3::text IS NULL OR consumer = $3) AND ($4::text IS NULL OR resource = $4)
       ORDER BY id LIMIT $1`,
      [limit + 1, cursor ?? null, consumer ?? null, resource ?? null],
    );
    return toPage(
      rows.map(({ content }) => content),
      limit,
    );
  }

  /** All of the agreement, newest first. Empty where there is none. */
  async versions(id: string): Promise<readonly Agreement[]> {
    const rows = await this.database.query<{ content: Agreement }[]>(
      'SELECT content FROM agreement WHERE id = $1 ORDER BY version DESC',
      [id],
    );
    return rows.map(({ content }) => content);
  }
}

/**
 * Registers a version. The newest one is in force from its commit on; the ones before stay as they were. Safe to repeat.
 * Throws CONFLICT where the version is neither the next nor, with these very words, an earlier one, and INVALID_REQUEST
 * where it names what is not registered or does not fit its resource.
 */
export async function putAgreement(
  transaction: Transaction,
  agreement: Agreement,
  by: string,
): Promise<Changed<Agreement>> {
  const rows = await transaction.query<{ version: number; content: unknown }[]>(
    'SELECT version, content FROM agreement WHERE id = $1 ORDER BY version DESC',
    [agreement.id],
  );
  const next = (rows[0]?.version ?? 0) + 1;
  const same = rows.find(({ version }) => version === agreement.version);
  if (same !== undefined && sameContent(same.content, agreement)) return { result: agreement, changes: [] };
  if (agreement.version !== next) {
    const detail = same === undefined ? 'this is not the next version' : 'this version says something else already';
    throw new Problem('CONFLICT', detail, { next });
  }
  await refuseUnfit(transaction, agreement);
  await transaction.query(
    'INSERT INTO agreement (id, version, consumer, resource, content, approved_by) VALUES ($1, $2, $3, $4, $5, $6)',
    [agreement.id, agreement.version, agreement.consumer, agreement.resource, JSON.stringify(agreement), by],
  );
  const { id, version } = agreement;
  const action = version === 1 ? 'created' : 'changed';
  return { result: agreement, changes: [{ subject: 'agreement', name: id, action, version, content: agreement }] };
}

async function refuseUnfit(transaction: Transaction, agreement: Agreement): Promise<void> {
  const [consumer] = await transaction.query<unknown[]>('SELECT 1 FROM system WHERE id = $1', [agreement.consumer]);
  if (consumer === undefined) refuse([{ pointer: '/consumer', message: 'no such system is registered' }]);
  const [stored] = await transaction.query<{ content: Resource }[]>('SELECT content FROM resource WHERE id = $1', [
    agreement.resource,
  ]);
  if (stored === undefined) refuse([{ pointer: '/resource', message: 'no such resource is registered' }]);
  const findings = checkAgreement(stored.content, agreement);
  if (findings.length > 0) refuse(findings.map(({ pointer, message }) => ({ pointer, message })));
}

function refuse(errors: readonly { readonly pointer: string; readonly message: string }[]): never {
  throw new Problem('INVALID_REQUEST', 'the agreement does not fit what is registered', { errors });
}
