import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { readEnvironment } from '#platform/config/read-environment.js';
import { adapterConfig } from '../../apps/adapter/src/adapter-config.js';
import { readDepartment } from '../../apps/adapter/src/config/read-department.js';
import { readSettings } from '../../apps/cli/src/settings.js';
import { gatewayConfig } from '../../apps/gateway/src/gateway-config.js';
import { Preparation } from '../../apps/launcher/src/prepare/preparation.js';
import { preparationConfig } from '../../apps/launcher/src/prepare/preparation-config.js';
import { ledgerConfig } from '../../apps/ledger/src/ledger-config.js';
import { composeText, isOurs, readComposeFile, root, scriptOf, type ComposeService } from './compose-file.js';

const file = readComposeFile();
const services = Object.entries(file.services);
const ours = services.filter(([, one]) => isOurs(one));
const adapters = services.filter(([, one]) => scriptOf(one)?.app === 'adapter');
const departments = adapters.map(([name]) => name.replace('adapter-', ''));

/** What the preparation hands out in service.env: the system test proves that it does. */
function handedOut(name: string): Record<string, string> {
  const source = name in withSource ? { SOURCE_URL: 'postgres://reader:secret@source:5432/source' } : {};
  return { DATABASE_URL: 'postgres://service:secret@postgres:5432/service', ...source };
}
const withSource = { 'adapter-population': true, 'adapter-social-security': true };

const schemas: Readonly<Record<string, z.ZodType>> = {
  gateway: gatewayConfig,
  ledger: ledgerConfig,
  adapter: adapterConfig,
  launcher: preparationConfig,
};

/** The files of the image are those of this folder. */
function onThisMachine(path: string): string {
  return path.replace(/^\/app\//, `${root}/`);
}

describe('each service', () => {
  it.each(ours.filter(([name]) => name !== 'cli'))('%s is told all that its configuration asks for', (name, one) => {
    const { app } = scriptOf(one)!;
    const secrets = app === 'launcher' ? {} : handedOut(name);
    expect(() => readEnvironment(schemas[app]!, { ...one.environment, ...secrets })).not.toThrow();
  });

  it.each(adapters)('%s has a description of its department that can be used', (name, { environment }) => {
    const { ADAPTER_CONFIG = '', ...rest } = environment;
    const config = readDepartment(onThisMachine(ADAPTER_CONFIG), { ...rest, ...handedOut(name) });
    expect(`adapter-${config.department.id}`).toBe(name);
  });

  it('cli finds gateway, ledger and its keys', () => {
    const { environment, working_dir: folder } = file.services.cli!;
    const settings = readSettings(environment, '/nowhere');
    expect(settings).toMatchObject({ gateway: 'http://gateway:8800', ledger: 'http://ledger:8801', home: folder });
  });

  it.each(ours)('%s runs a script that there is', (_, one) => {
    const { app, script } = scriptOf(one)!;
    expect(existsSync(join(root, 'apps', app, 'src', `${script}.ts`))).toBe(true);
  });

  it.each(services)('%s is of one version of its image, and not of the newest', (name, { image }) => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    if (image.startsWith('sluice:')) expect(image).toBe(`sluice:${version}`);
    else expect(image).toMatch(name === 'kafka' ? /^apache\/kafka:4\.1\.\d+$/ : /^postgres:18\.\d+-[a-z]+$/);
  });

  it.each(services)('%s is confined, and cannot take the whole machine', (_, one) => {
    expect(one).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect(one.user ?? 'the image’s own').not.toMatch(/^(0|root)/);
    const { cpus, memory } = one.deploy.resources.limits;
    expect([Number(cpus), Number.parseInt(memory, 10)].every((limit) => limit > 0)).toBe(true);
  });

  it.each(services)('%s waits for services that there are, and that tell when they are there', (_, one) => {
    for (const [name, { condition }] of Object.entries(one.depends_on)) {
      const awaited = file.services[name]!;
      if (condition === 'service_completed_successfully') expect(awaited.restart).toBe('no');
      // Ours have the image's.
      else expect(isOurs(awaited) ? awaited.healthcheck === undefined : 'test' in awaited.healthcheck!).toBe(true);
    }
  });
});

describe('networks', () => {
  const members = (network: string) => services.filter(([, one]) => network in one.networks).map(([name]) => name);
  const aliases = (one: ComposeService) =>
    Object.entries(one.networks).flatMap(([at, { aliases: names }]) => names.map((name) => ({ at, name })));

  it.each(adapters)('let nobody but the gateway and the ledger reach %s: it listens on no other', (name, one) => {
    const [alias, ...more] = aliases(one);
    expect(more).toEqual([]);
    expect(one.environment.HOST).toBe(alias!.name);
    expect(members(alias!.at).sort()).toEqual([name, 'gateway', 'ledger'].sort());
  });

  it('take the gateway to each adapter by the name that it listens on', () => {
    const { ADAPTER_URLS = '' } = file.services['prepare-registry']!.environment;
    const urls = adapters.map(
      ([
        name,
        {
          environment: { HOST, PORT },
        },
      ]) => `${name.slice(8)}=http://${HOST}:${PORT}`,
    );
    expect(ADAPTER_URLS.split(/,\s*/).sort()).toEqual(urls.sort());
  });

  it.each(['source-population', 'source-social-security'])('let nobody but its adapter reach %s', (source) => {
    expect(Object.keys(file.services[source]!.networks)).toEqual([source]);
    const once = 'prepare-databases';
    expect(members(source).sort()).toEqual([source.replace('source', 'adapter'), once, source].sort());
  });

  it('lead out only where callers come in, on ports of this machine that differ', () => {
    expect(Object.entries(file.networks).filter(([, { internal }]) => !internal)).toEqual([
      ['front', expect.anything()],
    ]);
    const published = services.filter(([, { ports }]) => ports.length > 0);
    expect(published.map(([name]) => name).sort()).toEqual(['gateway', 'ledger']);
    for (const [, one] of published) expect(one.networks).toHaveProperty('front');
    const ports = published.flatMap(([, one]) => one.ports.map((port) => port.split(':')[1]));
    expect(new Set(ports).size).toBe(ports.length);
  });

  it.each(services)('take %s to every host that it is told of', (_, one) => {
    const hosts = [...JSON.stringify(one.environment).matchAll(/([a-z][a-z.-]*):\d+/g)].map(([, host]) => host!);
    const reachable = services.flatMap(([name, other]) => {
      const shared = Object.keys(one.networks).filter((network) => network in other.networks);
      return shared.length === 0 ? [] : [name, ...shared.flatMap((network) => other.networks[network]!.aliases)];
    });
    // The steps of the preparation are told the same, and each uses its part.
    const told = scriptOf(one)?.app === 'launcher' ? [] : hosts.filter((host) => host !== 'localhost');
    for (const host of told) expect(reachable).toContain(host);
  });
});

describe('files and secrets', () => {
  it('there is no secret in the file, and none that it asks for', () => {
    expect(composeText()).not.toMatch(/:\/\/[^/\s@:]+:[^/\s@]+@/);
    for (const [, { environment }] of services) {
      for (const name of Object.keys(environment)) expect(name).not.toMatch(/(PASSWORD|SECRET|TOKEN|_KEY)$/);
    }
  });

  it.each(services)('%s sees its own part of the keys, or prepares them', (name, { volumes }) => {
    const parts = volumes.filter(({ source }) => source === 'home').map(({ subpath }) => subpath);
    if (name.startsWith('prepare-')) expect(parts).toEqual([undefined]);
    else
      for (const part of parts) expect([`handout/${name}`, `sources/${name.replace('adapter-', '')}`]).toContain(part);
  });

  it.each(services)('%s may not change what it was given', (name, { volumes }) => {
    const given = volumes.filter(({ subpath, source }) => subpath !== undefined || source.startsWith('./'));
    if (name !== 'cli') expect(given.map(({ readOnly }) => readOnly)).not.toContain(false);
  });

  it('every volume and every file of this folder that is mounted is there', () => {
    for (const { source } of services.flatMap(([, { volumes }]) => volumes)) {
      if (source.startsWith('./')) expect(existsSync(join(root, source))).toBe(true);
      else expect(Object.keys(file.volumes)).toContain(source);
    }
  });

  it('every key that a service is told of is handed out to it', () => {
    const home = mkdtempSync(join(tmpdir(), 'sluice-compose-'));
    try {
      const environment = { ...file.services['prepare-keys']!.environment, SLUICE_HOME: home };
      new Preparation(
        readEnvironment(preparationConfig, environment),
        join(root, 'deploy', 'demo'),
        () => undefined,
      ).keys();
      const told = services.flatMap(([name, one]) =>
        Object.values(one.environment)
          .filter((value) => value.startsWith('/run/sluice/'))
          .map((value) => join(home, 'handout', name, value.slice('/run/sluice/'.length))),
      );
      expect(told.length).toBeGreaterThan(departments.length * 2);
      for (const path of told) expect(existsSync(path)).toBe(true);
    } finally {
      rmSync(home, { recursive: true });
    }
  });
});

describe('Kafka', () => {
  const properties = new Map(
    readFileSync(join(root, 'deploy', 'kafka', 'server.properties'), 'utf8')
      .split('\n')
      .filter((line) => /^[a-z]/.test(line))
      .map((line) => line.split(/=(.*)/s) as [string, string]),
  );

  it('creates no topic that a service did not ask for', () => {
    expect(properties.get('auto.create.topics.enable')).toBe('false');
  });

  it('is where it says that it is, and keeps what it has on a volume', () => {
    const brokers = services.flatMap(
      ([
        ,
        {
          environment: { KAFKA_BROKERS },
        },
      ]) => KAFKA_BROKERS ?? [],
    );
    expect(new Set(brokers.map((broker) => `PLAINTEXT://${broker}`))).toEqual(
      new Set([properties.get('advertised.listeners')]),
    );
    expect(file.services.kafka!.volumes.map(({ target }) => target)).toContain(properties.get('log.dirs'));
  });

  it('has its topic made by the ledger, which knows how many shards there are, before anybody publishes', () => {
    for (const [name, one] of services) {
      if (!('KAFKA_BROKERS' in one.environment) || name === 'ledger') continue;
      expect(one.depends_on.ledger).toEqual({ condition: 'service_healthy' });
    }
  });
});
