import { z } from 'zod';
import { httpUrl, postgresUrl } from '#platform/config/urls.js';
import { departmentIds, type DepartmentId } from '../setup/plan.js';

const addresses = z.object(
  Object.fromEntries(departmentIds.map((id) => [id, httpUrl])) as Record<DepartmentId, typeof httpUrl>,
);

/** Who is where. The same for every step. */
export const preparationConfig = z
  .object({
    /** Where keys, passwords, the departments' files and what is handed out to services lie. */
    SLUICE_HOME: z.string().min(1),
    /** Administrators' connections. One without a password is given one, which its server is to be started with. */
    DATABASE_URL: postgresUrl,
    POPULATION_DATABASE_URL: postgresUrl,
    SOCIAL_SECURITY_DATABASE_URL: postgresUrl,
    GATEWAY_URL: httpUrl,
    LEDGER_URL: httpUrl,
    /** As the ledger's: departments witness each shard. */
    LEDGER_SHARDS: z.coerce.number().int().min(1).max(256).default(1),
    /** `department=url`, with commas between: where gateway and ledger find each adapter. */
    ADAPTER_URLS: z
      .string()
      .transform((text) => Object.fromEntries(text.split(',').map(pair)))
      .pipe(addresses),
  })
  .transform((one) => ({
    home: one.SLUICE_HOME,
    /** By the name of the server. */
    servers: {
      postgres: one.DATABASE_URL,
      'source-population': one.POPULATION_DATABASE_URL,
      'source-social-security': one.SOCIAL_SECURITY_DATABASE_URL,
    },
    shards: one.LEDGER_SHARDS,
    addresses: { gateway: one.GATEWAY_URL, ledger: one.LEDGER_URL, adapters: one.ADAPTER_URLS },
  }));
export type PreparationConfig = z.output<typeof preparationConfig>;
export type ServerName = keyof PreparationConfig['servers'];

function pair(text: string): readonly [string, string] {
  const [id = '', ...url] = text.trim().split('=');
  return [id, url.join('=')];
}
