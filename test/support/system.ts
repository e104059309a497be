import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import type { ExchangeRequestInput } from '#exchange/exchange-request.js';
import { AdminClient } from '#client/admin-client.js';
import { SluiceClient } from '#client/sluice-client.js';
import type { Trust } from '#client/trust.js';
import { removePostgres } from '#embedded/remove-postgres.js';
import { databaseUrl } from '#embedded/service-database.js';
import { waitUntil } from '#embedded/wait-until.js';
import type { ServiceDefinition } from '../../apps/launcher/src/processes/service-process.js';
import { urlOf } from '../../apps/launcher/src/setup/plan.js';
import { registerDemo } from '../../apps/launcher/src/setup/register.js';
import { writeTrust } from '../../apps/launcher/src/setup/write-trust.js';
import { rowsOf } from './postgres.js';
import { PublishedEntries } from './published-entries.js';
import { Reaper } from './reaper.js';
import { sendExchange, signExchange, type ExchangeReply, type SignedExchange } from './signed-exchange.js';
import type { SmallRegister } from './small-register.js';
import { ADAPTER, layOut, prepareGround, type Layout } from './system-ground.js';
import { KafkaPart, PostgresPart, ServicePart, type SystemPart } from './system-parts.js';

/** What the adapter reads. */
export const SOURCE = 'source';

export type TransportKind = 'embedded' | 'kafka';

export interface SystemOptions {
  readonly transport: TransportKind;
  /** On one database: `gateway`, `gateway-2` and so on. One if left out. */
  readonly gateways?: number;
  /** All four departments', by their names. Only ADAPTER if left out. */
  readonly everyAdapter?: boolean;
  /** Whether three of the four departments must cosign each checkpoint. */
  readonly witnesses?: boolean;
  /** One if left out. More: those that follow when it is closed, which witnesses must know before. */
  readonly witnessedShards?: number;
  /** For services whose name begins so, beside what they are given anyway. */
  readonly environment?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** How long a state may take that is bound to come: three minutes if left out. */
  readonly patienceMs?: number;
}

/** Everything is ready, registered and agreed when it resolves. Each process is one of the compiled code. */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { patienceMs = PATIENCE_MS } = options;
  const layout = await layOut(options.gateways ?? 1);
  await using undo = new AsyncDisposableStack();
  undo.defer(() => {
    rmSync(layout.home.folder, { recursive: true, force: true });
  });
  const reaper = undo.adopt(new Reaper(), (one) => one.close());
  const postgres = undo.adopt(await PostgresPart.start(layout.home), () => removePostgres(layout.home.postgres));
  reaper.watch(postgres.pid);
  const kafka = options.transport === 'embedded' ? undefined : await startKafka(layout, undo, reaper);
  const { register, definitions } = await prepareGround(layout, postgres.adminUrl, {
    kafkaBrokers: kafka?.brokers,
    everyAdapter: options.everyAdapter ?? false,
    witnesses: options.witnesses ?? false,
    witnessedShards: options.witnessedShards,
  });
  const parts = new Map<string, SystemPart>(kafka === undefined ? [] : [['kafka', kafka]]);
  parts.set('postgres', postgres);
  const services = definitions.map((one) => new ServicePart(withEnvironment(one, options.environment), layout.home));
  for (const service of services) parts.set(service.definition.name, service);
  // On a broker that is not ours the next system's ledger would be given what this one's has not settled.
  const isShared = kafka !== undefined && kafka.pid === undefined;
  undo.defer(async () => {
    await Promise.all(services.map((service) => (isShared ? service.stop() : service.kill())));
  });
  await Promise.all(services.map((service) => service.start(patienceMs)));
  for (const { pid } of services) if (pid !== undefined) reaper.watch(pid);
  await registerDemo(layout.files, layout.keys, layout.plan);
  const trust = await writeTrust(layout.home.trust, layout.keys, layout.plan);
  return new System({ layout, register, trust, parts, reaper, patienceMs, end: undo.move() });
}

async function startKafka({ home }: Layout, undo: AsyncDisposableStack, reaper: Reaper): Promise<KafkaPart> {
  const kafka = undo.adopt(await KafkaPart.start(join(home.folder, 'kafka')), async (one) => {
    await one.stop();
  });
  if (kafka.pid !== undefined) reaper.watch(kafka.pid);
  return kafka;
}

function withEnvironment(definition: ServiceDefinition, added: SystemOptions['environment'] = {}): ServiceDefinition {
  const own = Object.entries(added).filter(([beginning]) => definition.name.startsWith(beginning));
  const environment = Object.assign({}, definition.environment, ...own.map(([, variables]) => variables)) as Record<
    string,
    string
  >;
  return { ...definition, environment };
}

/** What `startSystem` made of it. */
interface SystemState {
  readonly layout: Layout;
  readonly register: SmallRegister;
  readonly trust: Trust;
  readonly parts: ReadonlyMap<string, SystemPart>;
  readonly reaper: Reaper;
  readonly patienceMs: number;
  readonly end: AsyncDisposableStack;
}

const PATIENCE_MS = 180_000;
/** At whether a service is ready, before it is looked at again. */
const LOOK_MS = 1000;

/** A whole Sluice of real processes: `ledger`, `gateway`, `gateway-2` …, ADAPTER, `postgres` and `kafka`. */
export class System {
  readonly ledgerUrl: string;
  private readonly dispatcher = new Agent();

  constructor(private readonly state: SystemState) {
    this.ledgerUrl = urlOf(state.layout.plan.ledger);
    state.end.adopt(this.dispatcher, (one) => one.destroy());
  }

  get layout(): Layout {
    return this.state.layout;
  }

  get trust(): Trust {
    return this.state.trust;
  }

  get register(): SmallRegister {
    return this.state.register;
  }

  /** Of every process that was started, by name. */
  get pids(): ReadonlyMap<string, number> {
    return new Map([...this.state.parts].flatMap(([name, { pid }]) => (pid === undefined ? [] : [[name, pid]])));
  }

  /** The housing bureau's first question of the demo: permitted. */
  question(change: Partial<ExchangeRequestInput> = {}): ExchangeRequestInput {
    const { asks, purpose, basis, case: file, officer } = this.layout.files.jointCheck;
    const { resource, select, where } = asks[0]!;
    return { resource, mode: 'records', purpose, basis, case: file, officer, select, where, ...change };
  }

  gatewayUrl(name = 'gateway'): string {
    return this.service(name).definition.url;
  }

  sign(request: ExchangeRequestInput = this.question(), gateway = 'gateway', key = this.asker): SignedExchange {
    return signExchange(this.gatewayUrl(gateway), key, request);
  }

  /** Never rejects: that nobody answered is a reply as well. */
  send(
    signed: SignedExchange,
    gateway = 'gateway',
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ExchangeReply> {
    return sendExchange(this.gatewayUrl(gateway), signed, { dispatcher: this.dispatcher, headers });
  }

  ask(request: ExchangeRequestInput = this.question(), gateway = 'gateway'): Promise<ExchangeReply> {
    return this.send(this.sign(request, gateway), gateway);
  }

  /** The asking bureau's SDK. */
  client(): SluiceClient {
    return new SluiceClient({ gateway: this.gatewayUrl(), key: this.asker, trust: this.trust });
  }

  admin(gateway = 'gateway'): AdminClient {
    return new AdminClient({ gateway: this.gatewayUrl(gateway), key: this.layout.keys.operator.key });
  }

  /** SIGKILL. Resolves once it is gone. */
  async kill(name: string): Promise<void> {
    const part = this.part(name);
    const { pid } = part;
    await part.kill();
    if (pid !== undefined) this.state.reaper.forget(pid);
  }

  /** Asks it to end, as an operator would. Resolves with how it did. */
  async end(name: string): Promise<string> {
    const part = this.part(name);
    const { pid } = part;
    const how = await part.stop();
    if (pid !== undefined) this.state.reaper.forget(pid);
    return how;
  }

  /** Resolves when what was started last is gone, with how it ended. */
  exited(name: string): Promise<string> {
    return this.part(name).exited;
  }

  /** Resolves once it is ready. */
  async start(name: string): Promise<void> {
    const part = this.part(name);
    await (part instanceof ServicePart ? part.start(this.state.patienceMs) : part.start());
    if (part.pid !== undefined) this.state.reaper.watch(part.pid);
  }

  signal(name: string, signal: NodeJS.Signals): void {
    const pid = this.pids.get(name);
    if (pid !== undefined) process.kill(pid, signal);
  }

  /** Until every service says that it is ready. What stands in the way is told with the end of its log. */
  async untilReady(): Promise<void> {
    const services = [...this.state.parts.values()].filter((part) => part instanceof ServicePart);
    await this.until('every service is ready', async () => {
      await Promise.all(services.map((service) => service.untilReady(LOOK_MS)));
      return true;
    });
  }

  /** Until every event of every outbox is sequenced and published. */
  async untilSettled(): Promise<void> {
    const count = 'SELECT count(*)::int AS count FROM outbox';
    await this.until('every outbox is empty', async () => {
      const waiting = await Promise.all(
        ['gateway', ADAPTER].map(async (one) => {
          const [row] = await this.query<{ count: number }>(one, count);
          return { one, count: row!.count };
        }),
      );
      return waiting.every((one) => one.count === 0) || JSON.stringify(waiting);
    });
    const [shard] = await this.query<{ size: number }>(
      'ledger',
      'SELECT size::int AS size FROM shard WHERE number = 0',
    );
    await this.until('everything is published', async () => {
      const { size } = await this.log().checkpoint();
      return size >= shard!.size || `${size} entries of ${shard!.size} are`;
    });
  }

  /**
   * Until `look` gives true; what it gives or throws instead is what stands in the way. Rejects where that does not come
   * about within the system's patience, and says what was waited for and what stood in the way last.
   */
  async until(what: string, look: () => Promise<boolean | string>): Promise<void> {
    const seen: { obstacle?: string } = {};
    const holds = async () => {
      const looked = await look().catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
      if (typeof looked === 'string') seen.obstacle = looked;
      return looked === true;
    };
    if (await waitUntil(holds, this.state.patienceMs)) return;
    throw new Error(`not within ${this.state.patienceMs / 1000} s: ${[what, seen.obstacle].join(': ')}`);
  }

  /** None where events are not on Kafka. */
  get kafkaBrokers(): readonly string[] {
    const kafka = this.state.parts.get('kafka');
    return kafka instanceof KafkaPart ? kafka.brokers.split(',') : [];
  }

  /** In the database of a service, or SOURCE, or `postgres`: as the superuser, on a connection of its own. */
  async query<Row extends object>(of: string, sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return rowsOf(this.databaseUrl(of), sql, parameters);
  }

  /** The superuser's connection. */
  databaseUrl(of: string): string {
    const postgres = this.state.parts.get('postgres');
    if (!(postgres instanceof PostgresPart)) throw new Error('there is no PostgreSQL');
    return databaseUrl(postgres.adminUrl, { database: this.databaseOf(of) });
  }

  databaseOf(name: string): string {
    if (name === 'postgres') return name;
    const url = name === SOURCE ? this.register.url : this.service(name).definition.environment.DATABASE_URL;
    return new URL(url!).pathname.slice(1);
  }

  /** The one log of this system, seen from outside. */
  log(): PublishedEntries {
    const [key] = this.trust.logs.values();
    return new PublishedEntries(this.ledgerUrl, key!);
  }

  /** What every process has written to its log so far, by file. */
  logFiles(): ReadonlyMap<string, string> {
    const { logs, postgres } = this.layout.home;
    const files = readdirSync(logs).map((name) => join(logs, name));
    return new Map([...files, `${postgres}.log`].map((file) => [file, readFileSync(file, 'utf8')]));
  }

  /** What a service has written to its log so far. */
  logOf(name: string): string {
    return readFileSync(join(this.layout.home.logs, `${name}.log`), 'utf8');
  }

  /** Prometheus's text of every service, by name. */
  async metrics(): Promise<ReadonlyMap<string, string>> {
    const services = [...this.state.parts].filter(([, part]) => part instanceof ServicePart);
    return new Map(
      await Promise.all(
        services.map(async ([name]) => {
          const { body } = await request(`${this.service(name).definition.url}/metrics`);
          return [name, await body.text()] as const;
        }),
      ),
    );
  }

  service(name: string): ServicePart {
    const part = this.part(name);
    if (!(part instanceof ServicePart)) throw new Error(`${name} is no service`);
    return part;
  }

  /** Ends and removes everything. Nothing of it is wanted any more, so nothing ends in order. */
  stop(): Promise<void> {
    return this.state.end.disposeAsync();
  }

  private get asker() {
    const { files, keys } = this.layout;
    return keys.systems.get(files.jointCheck.system)!.key;
  }

  private part(name: string): SystemPart {
    const part = this.state.parts.get(name);
    if (part === undefined) throw new Error(`there is no ${name}, but ${[...this.state.parts.keys()].join(', ')}`);
    return part;
  }
}
