import { isAbsolute, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { postgresUrl } from '#platform/config/urls.js';
import { transportVariables } from '#platform/transport/transport-variables.js';
import { LauncherError } from './launcher-error.js';

/** What a start needs to know: read once, from arguments and environment. */
export interface LauncherOptions {
  readonly once: boolean;
  readonly sample: boolean;
  readonly help: boolean;
  readonly portBase: number;
  readonly home: string;
  /** An administrator's connection to a PostgreSQL of one's own, instead of the embedded one. */
  readonly databaseUrl: string | undefined;
  /** As the services read them, which check them: the brokers, and how to reach and to use them. */
  readonly kafka: Readonly<Record<string, string>> | undefined;
}

/** The highest offset from the base is PostgreSQL's. */
export const PORT_SPAN = 32;

export const DEFAULT_PORT_BASE = 8800;

const portBase = z.coerce
  .number()
  .int()
  .min(1024)
  .max(65_535 - PORT_SPAN);

/** Above 1023, by the Fetch standard ("bad port"): neither a browser nor Node's own `fetch` connects to these. */
const REFUSED_PORTS: readonly number[] = [
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];

const environment = z.object({
  SLUICE_HOME: z.string().min(1).optional(),
  DATABASE_URL: postgresUrl.optional(),
  KAFKA_BROKERS: z.string().min(1).optional(),
});

const flags = {
  once: { type: 'boolean', default: false },
  'no-sample': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  'port-base': { type: 'string', default: String(DEFAULT_PORT_BASE) },
  home: { type: 'string' },
} as const;

/** `root`: the project's folder, which holds the home unless told otherwise. Throws LauncherError with code USAGE. */
export function readOptions(
  args: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
  root: string,
): LauncherOptions {
  const values = parseFlags(args);
  const port = portBase.safeParse(values['port-base']);
  if (!port.success) throw usage(`--port-base must be a number from 1024 to ${65_535 - PORT_SPAN}`);
  const refused = REFUSED_PORTS.find((one) => one >= port.data && one <= port.data + PORT_SPAN);
  if (refused !== undefined) throw usage(`--port-base ${port.data} includes port ${refused}, which browsers refuse`);
  const env = environment.safeParse(variables);
  if (!env.success) throw usage(`the environment is wrong: ${z.prettifyError(env.error)}`);
  const home = values.home ?? env.data.SLUICE_HOME ?? defaultHome(root);
  return {
    once: values.once,
    sample: !values['no-sample'],
    help: values.help,
    portBase: port.data,
    home: isAbsolute(home) ? home : resolve(home),
    databaseUrl: env.data.DATABASE_URL,
    kafka: kafkaFrom(variables),
  };
}

/** Everything that says how events travel over Kafka, none of it dropped. */
function kafkaFrom(variables: Readonly<Record<string, string | undefined>>): Record<string, string> | undefined {
  if (variables.KAFKA_BROKERS === undefined) return undefined;
  const entries = Object.keys(transportVariables).map((name) => [name, variables[name]] as const);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => entry[0] !== 'EVENTS_URL' && entry[1] !== undefined),
  );
}

export function defaultHome(root: string): string {
  return join(root, '.sluice');
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags }).values;
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

function usage(message: string): LauncherError {
  return new LauncherError('USAGE', `${message}\nSee: npm start -- --help`);
}
