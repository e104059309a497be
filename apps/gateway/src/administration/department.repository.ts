import type { DataSource } from 'typeorm';
import { Problem } from '#exchange/problem.js';
import type { Agreement } from '#policy/agreement.js';
import { checkAgreement } from '#policy/check-agreement.js';
import type { Resource } from '#policy/resource.js';
import type { DepartmentContent } from '../registry/stored-registry.js';
import type { Department } from './department.schema.js';
import { toPage, type ListPage, type PageQuery } from './list-page.js';
import { sameContent, type RegistryChange } from './registry-change.js';
import type { Changed, Transaction } from './registry-transaction.repository.js';

export class DepartmentRepository {
  constructor(private readonly database: DataSource) {}

  async list({ limit, cursor }: PageQuery): Promise<ListPage<Department>> {
    const rows = await this.database.query<Department[]>(
      `SELECT id, content->'title' AS title, content->'adapterUrl' AS "adapterUrl", content->'keys' AS keys,
         (SELECT coalesce(json_agg(content ORDER BY id), '[]') FROM resource WHERE department = department.id) AS resources
       FROM department WHERE $2::text IS NULL OR id > $2 ORDER BY id LIMIT $1`,
      [limit + 1, cursor ?? null],
    );
    return toPage(rows.map(withoutNulls), limit);
  }
}

/**
 * Registers the department, or makes it what is given. Throws CONFLICT where an agreement that is or will be in force
 * would no longer fit: the agreement is ended first, so that nobody's right changes unseen.
 */
export async function putDepartment(
  transaction: Transaction,
  department: Department,
  now: Date,
): Promise<Changed<Department>> {
  const { id, resources, ...content } = department;
  const changes: RegistryChange[] = [
    ...(await putContent(transaction, id, content)),
    ...(await putResources(transaction, id, resources)),
  ];
  const touched = changes.filter(({ subject }) => subject === 'resource').map(({ name }) => name);
  await refuseBrokenAgreements(transaction, touched, resources, now);
  return { result: department, changes };
}

async function putContent(transaction: Transaction, id: string, content: DepartmentContent): Promise<RegistryChange[]> {
  const [stored] = await transaction.query<{ content: unknown }[]>('SELECT content FROM department WHERE id = $1', [
    id,
  ]);
  if (stored !== undefined && sameContent(stored.content, content)) return [];
  await transaction.query(
    `INSERT INTO department (id, content) VALUES ($1, $2)
     ON CONFLICT (id) DO UPDATE SET content = excluded.content, changed_at = now()`,
    [id, JSON.stringify(content)],
  );
  return [{ subject: 'department', name: id, action: stored === undefined ? 'created' : 'changed', content }];
}

async function putResources(
  transaction: Transaction,
  department: string,
  resources: readonly Resource[],
): Promise<RegistryChange[]> {
  const rows = await transaction.query<{ id: string; content: unknown }[]>(
    'SELECT id, content FROM resource WHERE department = $1',
    [department],
  );
  const stored = new Map(rows.map(({ id, content }) => [id, content]));
  const kept = new Set(resources.map(({ id }) => id));
  const gone = rows.filter(({ id }) => !kept.has(id));
  const written = resources.filter(({ id, ...rest }) => !sameContent(stored.get(id) ?? null, { id, ...rest }));
  await transaction.query('DELETE FROM resource WHERE id = ANY($1)', [gone.map(({ id }) => id)]);
  await transaction.query(
    `INSERT INTO resource (id, department, content) SELECT id, $1, content FROM unnest($2::text[], $3::jsonb[]) AS new (id, content)
     ON CONFLICT (id) DO UPDATE SET content = excluded.content, changed_at = now()`,
    [department, written.map(({ id }) => id), written.map((resource) => JSON.stringify(resource))],
  );
  return [
    ...gone.map(({ id, content }): RegistryChange => ({ subject: 'resource', name: id, action: 'revoked', content })),
    ...written.map((resource): RegistryChange => ({
      subject: 'resource',
      name: resource.id,
      action: stored.has(resource.id) ? 'changed' : 'created',
      content: resource,
    })),
  ];
}

async function refuseBrokenAgreements(
  transaction: Transaction,
  touched: readonly string[],
  resources: readonly Resource[],
  now: Date,
): Promise<void> {
  const rows = await transaction.query<{ content: Agreement }[]>(
    `SELECT content FROM (SELECT DISTINCT ON (id) resource, content FROM agreement ORDER BY id, version DESC) AS newest
     WHERE resource = ANY($1)`,
    [touched],
  );
  const known = new Map(resources.map((resource) => [resource.id, resource]));
  const broken = rows
    .map(({ content }) => content)
    .filter(({ validUntil }) => Date.parse(validUntil) > now.getTime())
    .filter((agreement) => {
      const resource = known.get(agreement.resource);
      return resource === undefined || checkAgreement(resource, agreement).length > 0;
    });
  if (broken.length === 0) return;
  throw new Problem('CONFLICT', 'agreements in force would no longer fit: end them first', {
    agreements: broken.map(({ id, version }) => ({ id, version })),
  });
}

/** A column that is not there is null, and a member that is not there is absent. */
function withoutNulls(row: Department): Department {
  const { adapterUrl, ...rest } = row;
  return typeof adapterUrl === 'string' ? { ...rest, adapterUrl } : rest;
}
