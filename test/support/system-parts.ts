import { setTimeout as pause } from 'node:timers/promises';
import { startPostgres, type PostgresServer } from '#embedded/postgres-server.js';
import type { Home } from '../../apps/launcher/src/home/home.js';
import { ServiceProcess, type ServiceDefinition } from '../../apps/launcher/src/processes/service-process.js';
import { ownKafkaAvailability, startKafka, startOwnKafka, type KafkaServer } from './kafka-server.js';

/** A process of a system: one at a time, started as often as a test likes. */
export interface SystemPart {
  /** Of the last start. */
  readonly pid: number | undefined;
  /** Resolves when what was started last is gone, whoever ended it, with how it ended, as far as that is known. */
  readonly exited: Promise<string>;
  /** Resolves once it is ready. Rejects where it ends instead, and nothing of it is left then. */
  start(): Promise<void>;
  /** SIGKILL. Resolves once it is gone. */
  kill(): Promise<void>;
  /** In order. Resolves once it is gone, with how it ended, as far as that is known. */
  stop(): Promise<string>;
}

export class ServicePart implements SystemPart {
  private process: ServiceProcess | undefined;

  constructor(
    private described: ServiceDefinition,
    private readonly home: Home,
  ) {}

  get definition(): ServiceDefinition {
    return this.described;
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  /** Gives it other variables from its next start on. */
  configure(changed: Readonly<Record<string, string>>): void {
    this.described = { ...this.described, environment: { ...this.described.environment, ...changed } };
  }

  get exited(): Promise<string> {
    return this.process?.exited.then(({ status }) => status) ?? Promise.resolve('was never started');
  }

  /** `patienceMs`: how long it may take to be ready. */
  async start(patienceMs?: number): Promise<void> {
    const started = new ServiceProcess(this.definition, this.home);
    this.process = started;
    try {
      await started.untilReady(patienceMs);
    } catch (error) {
      // One that lives on would hold the port, and each later start would fail of it.
      started.kill();
      await started.exited;
      throw error;
    }
  }

  /** Rejects where it has ended, or takes longer, with the end of its log. */
  async untilReady(patienceMs: number): Promise<void> {
    if (this.process === undefined) throw new Error(`${this.described.name} was never started`);
    await this.process.untilReady(patienceMs);
  }

  async kill(): Promise<void> {
    this.process?.kill();
    await this.process?.exited;
  }

  async stop(): Promise<string> {
    await this.process?.stop();
    return (await this.process?.exited)?.status ?? 'was never started';
  }
}

/** How long PostgreSQL may refuse to start because processes of the killed one are still there. */
const POSTGRES_PATIENCE_MS = 20_000;

export class PostgresPart implements SystemPart {
  private constructor(
    private server: PostgresServer,
    private readonly home: Home,
  ) {}

  static async start(home: Home): Promise<PostgresPart> {
    return new PostgresPart(await startPostgres({ dataDir: home.postgres, port: 0 }), home);
  }

  get pid(): number {
    return this.server.pid;
  }

  get exited(): Promise<string> {
    return this.server.exited.then(() => 'is gone');
  }

  get adminUrl(): string {
    return this.server.adminUrl;
  }

  /** On the port that it had. */
  async start(): Promise<void> {
    const { port } = this.server;
    const deadline = performance.now() + POSTGRES_PATIENCE_MS;
    for (;;) {
      try {
        this.server = await startPostgres({ dataDir: this.home.postgres, port });
        return;
      } catch (error) {
        if (performance.now() > deadline) throw error;
        await pause(50);
      }
    }
  }

  async kill(): Promise<void> {
    process.kill(this.server.pid, 'SIGKILL');
    await this.server.exited;
  }

  async stop(): Promise<string> {
    await this.server.stop();
    return 'stopped';
  }
}

export class KafkaPart implements SystemPart {
  private constructor(
    private server: KafkaServer,
    private readonly dir: string,
  ) {}

  /** A broker of the system's own, since its topics would hold other systems' events; only where there is none, another. */
  static async start(dir: string): Promise<KafkaPart> {
    const start = ownKafkaAvailability().available ? startOwnKafka : startKafka;
    return new KafkaPart(await start({ dir }), dir);
  }

  /** Absent where the broker is not ours. */
  get pid(): number | undefined {
    return this.server.pid;
  }

  get exited(): Promise<string> {
    return this.server.exited;
  }

  get brokers(): string {
    return this.server.brokers.join(',');
  }

  async start(): Promise<void> {
    this.server = await startOwnKafka({ dir: this.dir });
  }

  kill(): Promise<void> {
    return this.server.kill();
  }

  async stop(): Promise<string> {
    await this.server.stop();
    return 'stopped';
  }
}
