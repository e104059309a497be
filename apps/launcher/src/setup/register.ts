import type { PublicJwk } from '#exchange/keys.js';
import { ClientError } from '#client/client-error.js';
import { SignedCalls } from '#client/signed-calls.js';
import type { DemoFiles } from '../demo/demo-files.js';
import { LauncherError } from '../launcher-error.js';
import type { Keys } from './keys.js';
import { departmentIds, urlOf, type DepartmentId, type Plan } from './plan.js';

/**
 * Tells the gateway who there is and what was agreed, as an operator would. Safe to repeat: what is registered already,
 * word for word, is left as it is. Throws REGISTRATION_FAILED.
 */
export async function registerDemo(files: DemoFiles, keys: Keys, plan: Plan): Promise<void> {
  const calls = new SignedCalls({ gateway: urlOf(plan.gateway), key: keys.operator.key });
  const put = async (path: string, body: unknown): Promise<void> => {
    try {
      await calls.send('PUT', path, JSON.stringify(body));
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      const details = error.problem === undefined ? '' : `\n${JSON.stringify(error.problem, null, 2)}`;
      throw new LauncherError('REGISTRATION_FAILED', `PUT ${path}: ${error.message}${details}`, { cause: error });
    }
  };
  for (const { department, resources } of files.departments) {
    const id = knownDepartment(department.id);
    const own: readonly PublicJwk[] = [keys.adapters[id].public];
    const body = { title: department.title, adapterUrl: urlOf(plan.adapters[id]), keys: own, resources };
    await put(`/v1/admin/departments/${id}`, body);
  }
  for (const { id, title } of files.systems) {
    const key = keys.systems.get(id);
    if (key === undefined) throw new LauncherError('REGISTRATION_FAILED', `there is no key for ${id}`);
    await put(`/v1/admin/systems/${id}`, { title });
    await put(`/v1/admin/systems/${id}/keys/${key.key.kid}`, { jwk: key.public });
  }
  for (const agreement of files.agreements) await put(`/v1/admin/agreements/${agreement.id}`, agreement);
}

function knownDepartment(id: string): DepartmentId {
  const known = departmentIds.find((one) => one === id);
  if (known !== undefined) return known;
  throw new LauncherError('REGISTRATION_FAILED', `deploy/demo/departments describes ${id}, which no adapter serves`);
}
