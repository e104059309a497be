import { createServiceDatabase } from '#embedded/service-database.js';
import type { Secrets } from '../home/secrets.js';
import { departmentIds, type DepartmentId } from './plan.js';

/** Where each service keeps what is its own. Nobody reads another's. */
export interface ServiceDatabases {
  readonly gateway: string;
  readonly ledger: string;
  /** The queues of the embedded transport: the only one that services share. */
  readonly events: string;
  readonly adapters: Readonly<Record<DepartmentId, string>>;
}

/**
 * Safe to repeat: what is there stays. The names are ours beyond doubt, since the server may be somebody's own and a role
 * that is there gets our password.
 */
export async function createDatabases(adminUrl: string, secrets: Secrets): Promise<ServiceDatabases> {
  const create = (service: string): Promise<string> => {
    const name = `sluice_${service}`;
    return createServiceDatabase(adminUrl, { database: name, role: name, password: secrets.passwordOf(name) });
  };
  const [gateway, ledger, events] = [await create('gateway'), await create('ledger'), await create('events')];
  const adapters: [DepartmentId, string][] = [];
  for (const id of departmentIds) adapters.push([id, await create(`adapter_${id.replaceAll('-', '_')}`)]);
  return { gateway, ledger, events, adapters: Object.fromEntries(adapters) as Record<DepartmentId, string> };
}
