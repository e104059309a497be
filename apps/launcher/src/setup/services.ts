import { join } from 'node:path';
import type { SeededSources } from '../demo/seed-sources.js';
import type { Home } from '../home/home.js';
import { LauncherError } from '../launcher-error.js';
import type { ServiceDefinition } from '../processes/service-process.js';
import type { ServiceDatabases } from './databases.js';
import type { Keys } from './keys.js';
import { departmentIds, urlOf, type DepartmentId, type Plan } from './plan.js';
import { LEDGER_ORIGIN, type WitnessFiles } from './witnesses.js';

export interface ServiceSupplies {
  readonly home: Home;
  readonly plan: Plan;
  readonly keys: Keys;
  readonly databases: ServiceDatabases;
  readonly sources: SeededSources;
  /** The folder that holds the compiled apps. */
  readonly apps: string;
  /** The folder of the departments' YAML files. */
  readonly departments: string;
  /** The variables of events over Kafka. Without them events travel through PostgreSQL. */
  readonly kafka: Readonly<Record<string, string>> | undefined;
  /** What makes departments witnesses, and the ledger wait for them. Without it nobody cosigns. */
  readonly witnesses: WitnessFiles | undefined;
  /** Given to every service: what Node itself reads. */
  readonly surroundings: Readonly<Record<string, string>>;
}

const DEMO_SYSTEM = 'housing/eligibility';

/**
 * Megabytes. The bound of the heap is far above what a service needs: as it comes near, Node marks the whole heap again and
 * again, on every core. The young generation is twice Node's own, and is filled under load only: with a quarter of it, what
 * sixty exchanges under way hold was copied and promoted every tenth of a second. Below its bound a heap may grow to two and a
 * half times what was alive before all of it is marked. At a third more, as by default, gateway and adapter marked theirs every
 * other second under load, on both of two cores, and exchanges waited a tenth of a second; the ledger four times a second.
 *
 * KafkaJS gives a timer a negative delay at each connection (its issue 1751), which is harmless. Node says so once in a process,
 * whoever did it, so that this one hides no other.
 */
const NODE_FLAGS = [
  ...['--max-old-space-size=320', '--max-semi-space-size=32', '--heap-growing-percent=150'],
  '--disable-warning=TimeoutNegativeWarning',
];

/** Everything that runs, besides PostgreSQL. */
export function serviceDefinitions(supplies: ServiceSupplies): readonly ServiceDefinition[] {
  return [ledger(supplies), gateway(supplies), ...departmentIds.map((id) => adapter(supplies, id))];
}

/** Who asks is stopped first, who is told last. */
export const STOP_ORDER = [['gateway'], departmentIds.map((id) => `adapter-${id}`), ['ledger']] as const;

function gateway({ plan, keys, databases, ...supplies }: ServiceSupplies): ServiceDefinition {
  const port = String(plan.gateway);
  return {
    name: 'gateway',
    script: mainOf(supplies.apps, 'gateway'),
    url: urlOf(plan.gateway),
    nodeFlags: NODE_FLAGS,
    environment: {
      ...supplies.surroundings,
      ...transport(supplies, databases),
      DATABASE_URL: databases.gateway,
      HOST: '127.0.0.1',
      PORT: port,
      LEDGER_URL: urlOf(plan.ledger),
      GATEWAY_KEY_FILE: keys.gateway.file,
      OPERATOR_KEYS_FILE: keys.operatorKeysFile,
      DOCS_KEY_FILE: docsKey(keys),
      DOCS_OPERATOR_KEY_FILE: keys.operator.file,
      PUBLIC_AUTHORITIES: `127.0.0.1:${port},localhost:${port}`,
    },
  };
}

/** The demonstration's own system tries out the examples. */
function docsKey({ systems }: Keys): string {
  const key = systems.get(DEMO_SYSTEM);
  if (key === undefined) throw new LauncherError('SERVICE_FAILED', `${DEMO_SYSTEM} has no key`);
  return key.file;
}

function ledger({ plan, keys, databases, home, ...supplies }: ServiceSupplies): ServiceDefinition {
  return {
    name: 'ledger',
    script: mainOf(supplies.apps, 'ledger'),
    url: urlOf(plan.ledger),
    nodeFlags: NODE_FLAGS,
    environment: {
      ...supplies.surroundings,
      ...transport(supplies, databases),
      DATABASE_URL: databases.ledger,
      HOST: '127.0.0.1',
      PORT: String(plan.ledger),
      LEDGER_ORIGIN,
      LEDGER_KEY_FILE: keys.ledger.file,
      SOURCES_FILE: keys.sourcesFile,
      OPERATOR_KEYS_FILE: keys.operatorKeysFile,
      ...(supplies.witnesses === undefined ? {} : { WITNESS_POLICY_FILE: supplies.witnesses.policy }),
      TILES: `file:${home.ledger}`,
    },
  };
}

function adapter(
  { plan, keys, databases, home, sources, ...supplies }: ServiceSupplies,
  id: DepartmentId,
): ServiceDefinition {
  const own: Readonly<Record<DepartmentId, Record<string, string>>> = {
    population: { SOURCE_URL: sources.populationUrl },
    'social-security': { SOURCE_URL: sources.socialSecurityUrl },
    'real-estate': { SOURCES: home.sources },
    transport: { SOURCES: home.sources },
  };
  return {
    name: `adapter-${id}`,
    script: mainOf(supplies.apps, 'adapter'),
    url: urlOf(plan.adapters[id]),
    nodeFlags: NODE_FLAGS,
    environment: {
      ...supplies.surroundings,
      ...transport(supplies, databases),
      ...own[id],
      DATABASE_URL: databases.adapters[id],
      HOST: '127.0.0.1',
      PORT: String(plan.adapters[id]),
      LEDGER_URL: urlOf(plan.ledger),
      LEDGER_ORIGIN,
      ADAPTER_CONFIG: join(supplies.departments, `${id}.yaml`),
      ADAPTER_KEY_FILE: keys.adapters[id].file,
      ...(supplies.witnesses === undefined ? {} : { WITNESS_FILE: supplies.witnesses.adapters[id] }),
      GATEWAY_KEYS_FILE: keys.gatewayKeysFile,
      OPERATOR_KEYS_FILE: keys.operatorKeysFile,
    },
  };
}

function transport({ kafka }: Pick<ServiceSupplies, 'kafka'>, { events }: ServiceDatabases): Record<string, string> {
  return kafka ?? { EVENTS_URL: events };
}

function mainOf(apps: string, name: string): string {
  return join(apps, name, 'src', 'main.js');
}
