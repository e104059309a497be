import { AdminClient } from '#client/admin-client.js';
import { ClientError } from '#client/client-error.js';
import type { DemoFiles } from '../demo/demo-files.js';
import { LauncherError } from '../launcher-error.js';
import type { Keys } from './keys.js';
import { addressesOf, departmentIds, type Addresses, type DepartmentId, type Plan } from './plan.js';

/**
 * Tells the gateway who there is and what was agreed, as an operator would. Safe to repeat: what is registered already,
 * word for word, is left as it is. Throws REGISTRATION_FAILED.
 */
export async function registerDemo(files: DemoFiles, keys: Keys, plan: Plan): Promise<void> {
  return registerAt(files, keys, addressesOf(plan));
}

/** As `registerDemo`, wherever the services are. */
export async function registerAt(files: DemoFiles, keys: Keys, addresses: Addresses): Promise<void> {
  const admin = new AdminClient({ gateway: addresses.gateway, key: keys.operator.key });
  for (const { department, resources } of files.departments) {
    const id = knownDepartment(department.id);
    const body = {
      ...{ id, title: department.title, adapterUrl: addresses.adapters[id] },
      ...{ keys: [keys.adapters[id].public], resources },
    };
    await said(`the department ${id}`, admin.putDepartment(body));
  }
  for (const { id, title } of files.systems) {
    const key = keys.systems.get(id);
    if (key === undefined) throw new LauncherError('REGISTRATION_FAILED', `there is no key for ${id}`);
    await said(`the system ${id}`, admin.putSystem(id, { title }));
    await said(`the key of ${id}`, admin.putKey(id, key.key.kid, { jwk: key.public }));
    const spare = keys.spares.get(id);
    if (spare !== undefined)
      await said(`the spare key of ${id}`, unlessRevoked(admin.putKey(id, spare.key.kid, { jwk: spare.public })));
  }
  for (const agreement of files.agreements) {
    await said(`the agreement ${agreement.id}`, admin.putAgreement(agreement));
  }
}

/** Somebody may have revoked it since the last start, and then that is how it stays. */
async function unlessRevoked(change: Promise<unknown>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (!(error instanceof ClientError && error.problem?.code === 'CONFLICT')) throw error;
  }
}

async function said(what: string, change: Promise<unknown>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    const details = error.problem?.errors?.map(({ pointer, message }) => `\n  ${pointer}: ${message}`).join('') ?? '';
    throw new LauncherError(
      'REGISTRATION_FAILED',
      `the gateway does not take ${what}: ${error.message}${details}\nIf the registry was changed by hand since the last start, npm run reset makes it new.`,
      { cause: error },
    );
  }
}

function knownDepartment(id: string): DepartmentId {
  const known = departmentIds.find((one) => one === id);
  if (known !== undefined) return known;
  throw new LauncherError('REGISTRATION_FAILED', `deploy/demo/departments describes ${id}, which no adapter serves`);
}
