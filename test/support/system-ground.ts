import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDemoFiles, type DemoFiles } from '../../apps/launcher/src/demo/demo-files.js';
import { openHome, type Home } from '../../apps/launcher/src/home/home.js';
import { Secrets } from '../../apps/launcher/src/home/secrets.js';
import type { ServiceDefinition } from '../../apps/launcher/src/processes/service-process.js';
import { createDatabases } from '../../apps/launcher/src/setup/databases.js';
import { prepareKeys, type Keys } from '../../apps/launcher/src/setup/keys.js';
import { addressesOf, urlOf, type Plan } from '../../apps/launcher/src/setup/plan.js';
import { serviceDefinitions } from '../../apps/launcher/src/setup/services.js';
import { writeWitnessFiles } from '../../apps/launcher/src/setup/witnesses.js';
import { builtApps, compileCache, demoFolder } from './built-services.js';
import { freePorts } from './free-port.js';
import { createOtherSources, createSmallRegister, type SmallRegister } from './small-register.js';

/** Where a system of a test is and what it is made of, before anything of it runs. */
export interface Layout {
  readonly home: Home;
  readonly plan: Plan;
  /** Of the gateways after the first. */
  readonly moreGateways: readonly number[];
  readonly files: DemoFiles;
  readonly keys: Keys;
}

export const ADAPTER = 'adapter-population';

export async function layOut(gateways: number): Promise<Layout> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-system-'));
  // As root, PostgreSQL runs under another account, which must reach its data.
  chmodSync(folder, 0o711);
  const home = openHome(folder);
  const files = readDemoFiles(demoFolder);
  const [gateway = 0, ledger = 0, population = 0, a = 0, b = 0, c = 0, ...moreGateways] = await freePorts(gateways + 5);
  const adapters = { population, 'social-security': a, 'real-estate': b, transport: c };
  return {
    home,
    // PostgreSQL takes a port of its own.
    plan: { gateway, ledger, adapters, postgres: 0 },
    moreGateways,
    files,
    keys: prepareKeys(home.keys, files.systems),
  };
}

export interface Ground {
  readonly register: SmallRegister;
  readonly definitions: readonly ServiceDefinition[];
}

export interface GroundOptions {
  readonly kafkaBrokers: string | undefined;
  /** Otherwise the population register's alone. */
  readonly everyAdapter: boolean;
  /** Whether three of the four departments must cosign each checkpoint. */
  readonly witnesses: boolean;
  /** How many shards the witnesses know, of which one is there: one if left out. */
  readonly witnessedShards?: number | undefined;
}

/**
 * Databases, small sources, and what starts the services: the ledger, the gateways and the adapters that are wanted. All
 * departments are registered.
 */
export async function prepareGround(
  { home, plan, moreGateways, keys }: Layout,
  adminUrl: string,
  { kafkaBrokers, everyAdapter, witnesses, witnessedShards = 1 }: GroundOptions,
): Promise<Ground> {
  const secrets = new Secrets(home.secrets);
  const databases = await createDatabases(adminUrl, secrets);
  const register = await createSmallRegister(adminUrl, secrets.passwordOf('population'));
  const socialSecurityUrl = everyAdapter
    ? await createOtherSources(adminUrl, secrets.passwordOf('social-security'), home.sources)
    : register.url;
  const all = serviceDefinitions({
    home,
    plan,
    keys,
    databases,
    sources: { populationUrl: register.url, socialSecurityUrl },
    apps: builtApps(),
    departments: join(demoFolder, 'departments'),
    kafka: kafkaBrokers === undefined ? undefined : { KAFKA_BROKERS: kafkaBrokers },
    witnesses: witnesses
      ? writeWitnessFiles(home.witnesses, { keys, shards: witnessedShards, adapters: addressesOf(plan).adapters })
      : undefined,
    surroundings: { NODE_COMPILE_CACHE: compileCache },
  });
  const [ledger, gateway] = ['ledger', 'gateway'].map((name) => all.find((one) => one.name === name)!);
  const adapters = all.filter(({ name }) => (everyAdapter ? name.startsWith('adapter-') : name === ADAPTER));
  const gateways = [plan.gateway, ...moreGateways].map((port, place) => gatewayAt(gateway!, port, place, moreGateways));
  return { register, definitions: [ledger!, ...gateways, ...adapters] };
}

/** Each knows the names of all, as behind a load balancer. */
function gatewayAt(
  first: ServiceDefinition,
  port: number,
  place: number,
  others: readonly number[],
): ServiceDefinition {
  const authorities = [first.environment.PUBLIC_AUTHORITIES, ...others.map((one) => `127.0.0.1:${one}`)].join(',');
  return {
    ...first,
    name: place === 0 ? 'gateway' : `gateway-${place + 1}`,
    url: urlOf(port),
    environment: { ...first.environment, PORT: String(port), PUBLIC_AUTHORITIES: authorities },
  };
}
