import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Trust } from '#client/trust.js';
import { databaseUrl, withClient } from '#embedded/service-database.js';
import { openHome } from '../../apps/launcher/src/home/home.js';
import { Secrets } from '../../apps/launcher/src/home/secrets.js';
import { Installation } from '../../apps/launcher/src/installation.js';

/** dist/test/bench */
const root = join(import.meta.dirname, '..', '..', '..');

export interface BenchInstallation {
  readonly installation: Installation;
  readonly secondsToReady: number;
  /** Whom a caller of it believes: its logs, their witnesses, its departments. */
  readonly trust: Trust;
  /** The embedded server's administrator. */
  readonly adminUrl: string;
  /** Reads the population register, as the adapter does. */
  readonly populationUrl: string;
}

/** A home that is removed at the end: everything measured is of this run. */
export function benchHome(): { readonly folder: string; remove: () => void } {
  const parent = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  // PostgreSQL may run as another user, who has to pass through.
  chmodSync(parent, 0o755);
  return {
    folder: join(parent, 'home'),
    remove: () => {
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

/** All that `npm start` starts, with everything on. */
export async function startInstallation(
  folder: string,
  options: { readonly portBase: number; readonly kafkaBrokers: string | undefined; readonly nodeFlags: string },
  say: (line: string) => void,
): Promise<BenchInstallation> {
  const home = openHome(folder);
  const launcherOptions = {
    once: false,
    sample: false,
    help: false,
    portBase: options.portBase,
    home: folder,
    databaseUrl: undefined,
    kafka: options.kafkaBrokers === undefined ? undefined : { KAFKA_BROKERS: options.kafkaBrokers },
  };
  const folders = { apps: join(root, 'dist', 'apps'), demo: demoBeside(folder) };
  const installation = new Installation(home, launcherOptions, folders, say);
  const begun = performance.now();
  const trust = await installation.start({
    PATH: process.env.PATH ?? '',
    NODE_COMPILE_CACHE: join(root, 'dist', '.compile-cache'),
    ...(options.nodeFlags === '' ? {} : { NODE_OPTIONS: options.nodeFlags }),
  });
  const secondsToReady = (performance.now() - begun) / 1000;
  const { adminUrl } = installation;
  const role = 'population_reader';
  const password = new Secrets(home.secrets).passwordOf(role);
  const populationUrl = databaseUrl(adminUrl, { database: 'source_population', role, password });
  return { installation, secondsToReady, trust, adminUrl, populationUrl };
}

/** The demo's, but for the quota of what is asked: a fast machine is through with a day's in two minutes. */
function demoBeside(home: string): string {
  const demo = join(dirname(home), 'demo');
  cpSync(join(root, 'deploy', 'demo'), demo, { recursive: true });
  const file = join(demo, 'agreements', 'housing-residents.yaml');
  const agreement = readFileSync(file, 'utf8');
  const raised = agreement.replace(/^quota: .*$/m, 'quota: { limit: 100000000, per: day }');
  if (raised === agreement) throw new Error(`${file} has no quota`);
  writeFileSync(file, raised);
  return demo;
}

/** Residents that the housing bureau's agreement reaches. */
export async function residentIds(url: string): Promise<readonly string[]> {
  const { rows } = await withClient(url, (client) =>
    client.query<{ id: string }>(
      "SELECT id_number AS id FROM register.resident_register WHERE district_code LIKE '3301%' ORDER BY id_number",
    ),
  );
  return rows.map(({ id }) => id);
}
