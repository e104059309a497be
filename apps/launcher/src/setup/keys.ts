import { fileNameOf, keyFile, publishKeys, publishSources, type KeyFile } from '../home/key-files.js';
import type { SystemDescription } from '../demo/demo-files.js';
import { departmentIds, type DepartmentId } from './plan.js';

export interface Keys {
  readonly gateway: KeyFile;
  readonly ledger: KeyFile;
  readonly operator: KeyFile;
  readonly adapters: Readonly<Record<DepartmentId, KeyFile>>;
  /** What departments cosign the log's checkpoints with. */
  readonly witnesses: Readonly<Record<DepartmentId, KeyFile>>;
  /** By system id. */
  readonly systems: ReadonlyMap<string, KeyFile>;
  /** By system id: what each would sign with after the other. In a demonstration somebody may want to revoke a key. */
  readonly spares: ReadonlyMap<string, KeyFile>;
  /** What adapters know the gateway's decisions by: a JWK set. */
  readonly gatewayKeysFile: string;
  /** What the gateway knows its operators by: a JWK set. */
  readonly operatorKeysFile: string;
  /** Whose events the ledger takes, as SOURCES_FILE. */
  readonly sourcesFile: string;
}

/** Made at the first start, the same ever after. */
export function prepareKeys(folder: string, systems: readonly SystemDescription[]): Keys {
  const gateway = keyFile(folder, 'gateway');
  const operator = keyFile(folder, 'operator');
  const each = (kind: string) =>
    Object.fromEntries(departmentIds.map((id) => [id, keyFile(folder, `${kind}-${id}`)])) as Record<
      DepartmentId,
      KeyFile
    >;
  const adapters = each('adapter');
  const sources = departmentIds.map((id) => [`adapter/${id}`, adapters[id]] as const);
  return {
    gateway,
    operator,
    ledger: keyFile(folder, 'ledger'),
    adapters,
    witnesses: each('witness'),
    systems: new Map(systems.map(({ id, algorithm }) => [id, keyFile(folder, fileNameOf(id), algorithm)])),
    spares: new Map(systems.map(({ id, algorithm }) => [id, keyFile(folder, `${fileNameOf(id)}-spare`, algorithm)])),
    gatewayKeysFile: publishKeys(folder, 'gateway', [gateway]),
    operatorKeysFile: publishKeys(folder, 'operators', [operator]),
    sourcesFile: publishSources(folder, [['gateway', gateway], ...sources]),
  };
}
