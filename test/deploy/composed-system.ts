import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { startPostgres } from '#embedded/postgres-server.js';
import { removePostgres } from '#embedded/remove-postgres.js';
import { runFormatted, withClient } from '#embedded/service-database.js';
import { waitUntil } from '#embedded/wait-until.js';
import { builtApps } from '../support/built-services.js';
import { endProcess } from '../support/end-process.js';
import { startOwnKafka } from '../support/kafka-server.js';
import { Reaper } from '../support/reaper.js';
import { isOurs, readComposeFile, root, type ComposeFile } from './compose-file.js';
import { ContainerPlaces } from './container-places.js';
import { readDockerfile } from './dockerfile.js';

const HEALTHY_MS = 60_000;
const BETWEEN_CHECKS_MS = 200;

export interface Ran {
  readonly status: number | null;
  readonly output: string;
}

/**
 * What `docker compose up` does, without containers: real Kafka and PostgreSQL in the place of their images, our apps as
 * processes with the very commands and environments of docker-compose.yml, each started when its `depends_on` says.
 */
export class ComposedSystem {
  private readonly ready = new Map<string, Promise<void>>();
  private readonly processes = new Map<string, ChildProcess>();
  private readonly end = new AsyncDisposableStack();
  private readonly reaper = this.end.adopt(new Reaper(), (one) => one.close());

  private constructor(
    readonly file: ComposeFile,
    readonly places: ContainerPlaces,
    private readonly folder: string,
  ) {
    this.end.defer(async () => {
      await Promise.all([...this.processes.values()].map((one) => endProcess(one, 'SIGKILL')));
    });
  }

  static async place(): Promise<ComposedSystem> {
    builtApps();
    const folder = mkdtempSync(join(tmpdir(), 'sluice-compose-'));
    // As root, PostgreSQL runs under another account, which must reach its data.
    chmodSync(folder, 0o711);
    const file = readComposeFile();
    return new ComposedSystem(file, await ContainerPlaces.in(folder, file), folder);
  }

  /** Resolves once every service without a profile is healthy or done. Rejects with the log of one that is not. */
  async up(): Promise<void> {
    const names = Object.entries(this.file.services).filter(([, { profiles }]) => profiles.length === 0);
    await Promise.all(names.map(([name]) => this.untilReady(name)));
  }

  /** `docker compose run --rm <name> <arguments>`. */
  async run(name: string, args: readonly string[] = this.file.services[name]!.command): Promise<Ran> {
    const child = this.launch(name, args, 'pipe');
    const [said, complained, [status]] = await Promise.all([
      text(child.stdout!),
      text(child.stderr!),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    return { status, output: said + complained };
  }

  /** `docker compose stop`: whoever is depended on goes last. Resolves with the status of each. */
  async stop(): Promise<Readonly<Record<string, number | null>>> {
    const left = new Map(this.processes);
    const statuses: Record<string, number | null> = {};
    while (left.size > 0) {
      const needed = new Set([...left.keys()].flatMap((name) => Object.keys(this.file.services[name]!.depends_on)));
      const next = [...left].filter(([name]) => !needed.has(name));
      await Promise.all(
        next.map(async ([name, child]) => {
          await endProcess(child, 'SIGTERM');
          statuses[name] = child.exitCode;
          left.delete(name);
        }),
      );
    }
    return statuses;
  }

  adminUrl(server: string): string {
    const password = readFileSync(this.places.path(server, '/run/sluice/password'), 'utf8');
    return `postgres://postgres:${password}@127.0.0.1:${this.places.portOf(server, '5432')}/postgres`;
  }

  async remove(): Promise<void> {
    await this.end.disposeAsync();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private untilReady(name: string): Promise<void> {
    const known = this.ready.get(name);
    if (known !== undefined) return known;
    const ready = this.start(name);
    this.ready.set(name, ready);
    return ready;
  }

  private async start(name: string): Promise<void> {
    const service = this.file.services[name]!;
    await Promise.all(Object.keys(service.depends_on).map((other) => this.untilReady(other)));
    if (!isOurs(service)) {
      await (name === 'kafka' ? this.startKafka() : this.startPostgres(name));
      return;
    }
    if (service.restart === 'no') {
      const { status, output } = await this.run(name);
      if (status !== 0) throw new Error(`${name} ended with status ${String(status)}:\n${output}`);
      return;
    }
    const log = join(this.folder, `${name}.log`);
    const child = this.launch(name, service.command, openSync(log, 'a'));
    this.processes.set(name, child);
    const over = (): boolean => child.exitCode !== null || child.signalCode !== null;
    if ((await waitUntil(async () => over() || (await this.isHealthy(name)), HEALTHY_MS)) && !over()) return;
    throw new Error(`${name} is not healthy:\n${readFileSync(log, 'utf8').slice(-4_000)}`);
  }

  private launch(name: string, args: readonly string[], output: 'pipe' | number): ChildProcess {
    const { entrypoint = ['node'], working_dir: folder = '/app' } = this.file.services[name]!;
    const [program, ...command] = [...entrypoint, ...args];
    if (program !== 'node') throw new Error(`${name} runs ${String(program)}: only node is here`);
    const child = spawn(
      process.execPath,
      command.map((argument) => this.places.translate(name, argument)),
      {
        cwd: this.places.translate(name, folder),
        env: this.places.environment(name),
        stdio: ['ignore', output, output],
      },
    );
    const { pid } = child;
    if (pid !== undefined) {
      this.reaper.watch(pid);
      child.once('exit', () => {
        this.reaper.forget(pid);
      });
    }
    return child;
  }

  /** By the image's own check, in the service's own environment. */
  private async isHealthy(name: string): Promise<boolean> {
    const [check] = readDockerfile()
      .at(-1)!
      .instructions.filter((one) => one.name === 'HEALTHCHECK');
    const [program, ...args] = JSON.parse(/CMD (\[.*\])$/.exec(check!.text)![1]!) as string[];
    if (program !== 'node') throw new Error(`the image is checked by ${String(program)}: only node is here`);
    const child = spawn(process.execPath, args, { cwd: root, env: this.places.environment(name), stdio: 'ignore' });
    const [status] = (await once(child, 'exit')) as [number | null];
    if (status !== 0) await pause(BETWEEN_CHECKS_MS);
    return status === 0;
  }

  private async startPostgres(name: string): Promise<void> {
    const dataDir = join(this.places.volume(name), 'data');
    const port = this.places.portOf(name, '5432');
    const server = await startPostgres({ dataDir, port, sharedBuffersMb: 32 });
    this.end.defer(() => removePostgres(dataDir));
    this.reaper.watch(server.pid);
    const { POSTGRES_PASSWORD_FILE = '' } = this.places.environment(name);
    const password = readFileSync(POSTGRES_PASSWORD_FILE, 'utf8');
    await withClient(server.adminUrl, (client) => runFormatted(client, 'alter role postgres password %L', [password]));
  }

  private async startKafka(): Promise<void> {
    const { volumes } = this.file.services.kafka!;
    const { target } = volumes.find(({ source }) => source.startsWith('./'))!;
    const [broker, controller] = ['9092', '9093'].map((port) => this.places.portOf('kafka', port));
    const written = readFileSync(this.places.path('kafka', target), 'utf8')
      .replaceAll('//:9092', `//127.0.0.1:${String(broker)}`)
      .replaceAll('localhost:9093', `127.0.0.1:${String(controller)}`);
    const properties = this.places.translate('kafka', written);
    const server = await startOwnKafka({ dir: join(this.folder, 'kafka'), properties });
    this.end.defer(() => server.stop());
    if (server.pid !== undefined) this.reaper.watch(server.pid);
  }
}
