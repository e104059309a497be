import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '#embedded/wait-until.js';
import type { Availability } from './describe-where.js';
import { endProcess } from './end-process.js';
import { freePorts } from './free-port.js';
import { javaIsMissing } from './java.js';
import type { SecuredListener } from './kafka-security.js';
import { isDownloaded, mavenFolder, mavenIsThere, type MavenFolder } from './maven.js';

const KAFKA: MavenFolder = {
  name: 'kafka-4.1.0',
  goal: 'copy-dependencies',
  artifacts: ['org.apache.kafka:kafka_2.13:4.1.0', 'org.slf4j:slf4j-simple:1.7.36'],
};
/** One that cannot start ends by itself; one that is slow is waited for. */
const READY_MS = 300_000;

export interface KafkaServer {
  readonly brokers: string[];
  /** Absent where the broker is not ours (KAFKA_BROKERS). */
  readonly pid: number | undefined;
  /** Resolves when it is gone, with how it ended; never where it is not ours. */
  readonly exited: Promise<string>;
  /** Orderly. Removes the folder, unless the caller named it. */
  stop(): Promise<void>;
  /** SIGKILL. The folder stays where the caller named it, and `startKafka` goes on from there, on the same port. */
  kill(): Promise<void>;
}

/** Whether `startKafka` has something to start, or to name. */
export function kafkaAvailability(): Availability {
  return process.env.KAFKA_BROKERS === undefined ? ownKafkaAvailability() : { available: true };
}

export function ownKafkaAvailability(): Availability {
  if (javaIsMissing()) return { available: false, reason: 'Java 17 or newer' };
  if (!isDownloaded(KAFKA) && !mavenIsThere()) return { available: false, reason: 'Maven, to download it with' };
  return { available: true };
}

/** A real Apache Kafka, one node, ready when it resolves; or the one that KAFKA_BROKERS names. */
export async function startKafka(options: Pick<OwnKafkaOptions, 'dir'> = {}): Promise<KafkaServer> {
  const named = process.env.KAFKA_BROKERS;
  return named === undefined ? startOwnKafka(options) : notOurs(named.split(','));
}

export interface OwnKafkaOptions {
  readonly dir?: string;
  /** Another listener, which asks for TLS and a login. */
  readonly secured?: SecuredListener;
  /** Another listener, whose clients are sent to this port of 127.0.0.1. */
  readonly proxied?: { readonly port: number; readonly advertised: number };
  /** Instead of a configuration of the test's own. It names free ports of 127.0.0.1, and folders. */
  readonly properties?: string;
  /** Base64url of 16 bytes; random if absent. */
  readonly clusterId?: string;
}

/** Whatever KAFKA_BROKERS says. */
export async function startOwnKafka(options: OwnKafkaOptions): Promise<KafkaServer> {
  const libraries = join(await mavenFolder(KAFKA), '*');
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'sluice-kafka-')));
  const properties = join(dir, 'server.properties');
  if (!existsSync(properties)) await format(dir, libraries, options);
  const port = Number(
    /^advertised.listeners=PLAINTEXT:\/\/127.0.0.1:(\d+)/m.exec(await readFile(properties, 'utf8'))?.[1],
  );
  const log = join(dir, `kafka-${randomBytes(4).toString('hex')}.log`);
  const output = openSync(log, 'a');
  const java = spawn('java', ['-Xmx512m', '-cp', libraries, 'kafka.Kafka', properties], {
    stdio: ['ignore', output, output],
  });
  const orphaned = () => java.kill('SIGKILL');
  process.once('exit', orphaned);
  const exited = new Promise<string>((resolve) => {
    java.once('exit', (code, signal) => {
      resolve(signal === null ? `ended with status ${String(code)}` : `was ended by ${signal}`);
    });
  });
  const started = () => java.exitCode !== null || readFileSync(log, 'utf8').includes('Kafka Server started');
  if (!(await waitUntil(started, READY_MS)) || java.exitCode !== null) {
    java.kill('SIGKILL');
    process.off('exit', orphaned);
    throw new Error(`Kafka did not start:\n${readFileSync(log, 'utf8').slice(-4_000)}`);
  }
  const end = async (signal: NodeJS.Signals) => {
    await endProcess(java, signal);
    process.off('exit', orphaned);
    if (options.dir === undefined) await rm(dir, { recursive: true, force: true });
  };
  return {
    brokers: [`127.0.0.1:${port}`],
    pid: java.pid,
    exited,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

async function format(dir: string, libraries: string, options: OwnKafkaOptions): Promise<void> {
  await mkdir(dir, { recursive: true });
  const properties = join(dir, 'server.properties');
  const draft = `${properties}.draft`;
  await writeFile(draft, options.properties ?? (await propertiesIn(dir, options)));
  const id = options.clusterId ?? randomBytes(16).toString('base64url');
  // One word with its option: every 64th random id begins with a dash, and would be read as an option of its own.
  const format = ['kafka.tools.StorageTool', 'format', `--cluster-id=${id}`, '--config', draft];
  const tool = spawnSync('java', ['-cp', libraries, ...format], { encoding: 'utf8' });
  if (tool.status !== 0) throw new Error(`Kafka's storage could not be formatted:\n${tool.stdout}${tool.stderr}`);
  // Its presence says that the folder is formatted.
  await writeFile(properties, await readFile(draft));
  await rm(draft);
}

async function propertiesIn(dir: string, { secured, proxied }: OwnKafkaOptions): Promise<string> {
  const [port, controllerPort] = await freePorts(2);
  const controller = `127.0.0.1:${controllerPort}`;
  const others = (portOf: 'port' | 'advertised') =>
    (secured ? `,${secured.address}` : '') + (proxied ? `,PROXIED://127.0.0.1:${proxied[portOf]}` : '');
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@${controller}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://${controller}${others('port')}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURED:SASL_SSL,PROXIED:PLAINTEXT
advertised.listeners=PLAINTEXT://127.0.0.1:${port}${others('advertised')}
log.dirs=${join(dir, 'data')}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
${secured?.properties ?? ''}
`;
}

function notOurs(brokers: string[]): KafkaServer {
  return {
    brokers,
    pid: undefined,
    exited: new Promise(() => undefined),
    stop: () => Promise.resolve(),
    kill: () => Promise.reject(new Error('The broker that KAFKA_BROKERS names is not ours to kill')),
  };
}
