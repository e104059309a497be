import { readFileSync } from 'node:fs';
import { readDemoFiles, type DemoFiles } from '../demo/demo-files.js';
import { seedInChild } from '../demo/seed-in-child.js';
import { openHome, type Home } from '../home/home.js';
import { Secrets } from '../home/secrets.js';
import { createDatabases, type ServiceDatabases } from '../setup/databases.js';
import { prepareKeys, type Keys } from '../setup/keys.js';
import { departmentIds } from '../setup/plan.js';
import { registerAt } from '../setup/register.js';
import { sourceAccounts } from '../setup/source-accounts.js';
import { writeTrustIn } from '../setup/write-trust.js';
import { environmentFile, handOut } from './hand-out.js';
import { handOutKeys } from './hand-out-keys.js';
import type { PreparationConfig, ServerName } from './preparation-config.js';

/**
 * What `npm start` does around the services, in steps, for services that something else starts (docker-compose.yml). Each
 * step is safe to repeat: what is there stays.
 */
export class Preparation {
  private readonly home: Home;
  private readonly files: DemoFiles;
  private readonly keyring: Keys;
  private readonly secrets: Secrets;

  /** `demo`: the folder deploy/demo. */
  constructor(
    private readonly config: PreparationConfig,
    demo: string,
    private readonly say: (line: string) => void,
  ) {
    this.home = openHome(config.home);
    this.files = readDemoFiles(demo);
    this.keyring = prepareKeys(this.home.keys, this.files.systems);
    this.secrets = new Secrets(this.home.secrets);
  }

  /** Before anything runs: keys for everyone, and the passwords that PostgreSQL servers are started with. */
  keys(): void {
    const { addresses, shards } = this.config;
    handOutKeys(this.home.folder, { keys: this.keyring, shards, adapters: addresses.adapters });
    for (const [server, url] of Object.entries(this.config.servers)) {
      // Another user reads it: the one that PostgreSQL runs as.
      if (!hasPassword(url)) handOut(this.home.folder, server, { password: this.passwordOf(server) }, 0o444);
    }
    this.say('keys and passwords are there');
  }

  /** Once PostgreSQL runs: a database and a role a service, and the departments' own data. */
  async databases(): Promise<void> {
    const databases = await createDatabases(this.adminUrl('postgres'), this.secrets);
    this.say('each service has its database');
    const sources = await seedInChild(
      {
        adminUrl: this.adminUrl('source-population'),
        socialSecurityAdminUrl: this.adminUrl('source-social-security'),
        folder: this.home.sources,
        accounts: sourceAccounts(this.secrets),
      },
      this.say,
    );
    this.handOutConnections(databases, {
      population: { SOURCE_URL: sources.populationUrl },
      'social-security': { SOURCE_URL: sources.socialSecurityUrl },
    });
    this.say('the departments have their data');
  }

  /** Once gateway and ledger are ready: who there is, what was agreed, and whom a verifier may believe. */
  async registry(): Promise<void> {
    await registerAt(this.files, this.keyring, this.config.addresses);
    await writeTrustIn(this.home.trust, this.keyring, this.config.addresses.ledger);
    handOut(this.home.folder, 'cli', { 'trust.json': readFileSync(this.home.trust, 'utf8') });
    this.say('departments, systems and agreements are registered');
  }

  private handOutConnections(
    databases: ServiceDatabases,
    sources: Readonly<Record<string, Readonly<Record<string, string>>>>,
  ): void {
    const connect = (service: string, variables: Readonly<Record<string, string>>): void => {
      handOut(this.home.folder, service, { 'service.env': environmentFile(variables) });
    };
    connect('gateway', { DATABASE_URL: databases.gateway });
    connect('ledger', { DATABASE_URL: databases.ledger });
    for (const id of departmentIds) {
      connect(`adapter-${id}`, { DATABASE_URL: databases.adapters[id], ...sources[id] });
    }
  }

  private adminUrl(server: ServerName): string {
    const url = new URL(this.config.servers[server]);
    if (!hasPassword(url.href)) url.password = encodeURIComponent(this.passwordOf(server));
    return url.href;
  }

  private passwordOf(server: string): string {
    return this.secrets.passwordOf(`${server} administrator`);
  }
}

function hasPassword(url: string): boolean {
  return new URL(url).password !== '';
}
