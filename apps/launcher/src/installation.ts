import { join } from 'node:path';
import type { Trust } from '#client/trust.js';
import { readDemoFiles, type DemoFiles } from './demo/demo-files.js';
import { seedInChild } from './demo/seed-in-child.js';
import type { SourcePlaces } from './demo/seed-sources.js';
import type { Home } from './home/home.js';
import { Secrets } from './home/secrets.js';
import { LauncherError } from './launcher-error.js';
import type { LauncherOptions } from './options.js';
import { stopLeftovers } from './processes/leftovers.js';
import { Supervisor } from './processes/supervisor.js';
import { checkPorts } from './setup/check-ports.js';
import { EmbeddedServer, useServer, type DatabaseServer } from './setup/database-server.js';
import { createDatabases } from './setup/databases.js';
import { prepareKeys, type Keys } from './setup/keys.js';
import { addressesOf, planFrom, type Plan } from './setup/plan.js';
import { registerDemo } from './setup/register.js';
import { serviceDefinitions, STOP_ORDER } from './setup/services.js';
import { sourceAccounts } from './setup/source-accounts.js';
import { writeWitnessFiles, type WitnessFiles } from './setup/witnesses.js';
import { writeTrust } from './setup/write-trust.js';

export interface Folders {
  /** The compiled apps. */
  readonly apps: string;
  /** deploy/demo. */
  readonly demo: string;
}

/** Everything that one start brings up, and how it comes down. */
export class Installation {
  readonly plan: Plan;
  readonly files: DemoFiles;
  readonly keys: Keys;
  private readonly secrets: Secrets;
  private readonly supervisor: Supervisor;
  private database: Promise<DatabaseServer> | undefined;
  private databaseInUse: DatabaseServer | undefined;
  private stopping = false;

  constructor(
    readonly home: Home,
    private readonly options: LauncherOptions,
    private readonly folders: Folders,
    private readonly say: (line: string) => void,
  ) {
    this.plan = planFrom(options.portBase);
    this.files = readDemoFiles(folders.demo);
    this.keys = prepareKeys(home.keys, this.files.systems);
    this.secrets = new Secrets(home.secrets);
    this.supervisor = new Supervisor(home, { say });
  }

  /** The administrator's connection to the server in use. Throws before there is one. */
  get adminUrl(): string {
    if (this.databaseInUse === undefined) throw new LauncherError('INTERRUPTED', 'PostgreSQL has not started');
    return this.databaseInUse.adminUrl;
  }

  /** Resolves with the trust file's content when every service is ready and knows who there is. */
  async start(surroundings: Readonly<Record<string, string>>): Promise<Trust> {
    await stopLeftovers(this.home, this.say);
    await checkPorts(this.plan);
    this.database = this.startDatabase();
    const { adminUrl } = await this.database;
    this.say('PostgreSQL is ready');
    const databases = await createDatabases(adminUrl, this.secrets);
    const sources = await seedInChild(this.sourcePlaces(adminUrl), this.say);
    if (this.stopping) throw new LauncherError('INTERRUPTED', 'stopped before everything had started');
    this.say('starting the gateway, the ledger and four adapters');
    await this.supervisor.start(
      serviceDefinitions({
        home: this.home,
        plan: this.plan,
        keys: this.keys,
        databases,
        sources,
        apps: this.folders.apps,
        departments: join(this.folders.demo, 'departments'),
        kafka: this.options.kafka,
        witnesses: this.witnesses(),
        surroundings,
      }),
    );
    this.say('all services are ready');
    await registerDemo(this.files, this.keys, this.plan);
    return writeTrust(this.home.trust, this.keys, this.plan);
  }

  /** Services first, in their order, then their database. Safe to repeat, and after a start that failed. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.supervisor.stop(STOP_ORDER);
    const database = await this.database?.catch(() => undefined);
    await database?.stop();
  }

  /** At once. What was acknowledged is on disk; PostgreSQL replays its log at the next start. */
  kill(): void {
    this.supervisor.kill();
    this.databaseInUse?.kill();
  }

  private async startDatabase(): Promise<DatabaseServer> {
    const { databaseUrl } = this.options;
    this.databaseInUse =
      databaseUrl === undefined
        ? await EmbeddedServer.start(this.home, this.plan.postgres, this.say)
        : await useServer(databaseUrl);
    return this.databaseInUse;
  }

  private witnesses(): WitnessFiles {
    const { adapters } = addressesOf(this.plan);
    return writeWitnessFiles(this.home.witnesses, { keys: this.keys, shards: 1, adapters });
  }

  private sourcePlaces(adminUrl: string): SourcePlaces {
    return { adminUrl, folder: this.home.sources, accounts: sourceAccounts(this.secrets) };
  }
}
