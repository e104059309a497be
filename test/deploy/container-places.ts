import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { freePorts } from '../support/free-port.js';
import { root, type ComposeFile, type ComposeService } from './compose-file.js';

/** Where paths of containers begin. */
const PATH = /(?<![\w./-])\/(?=(?:app|etc|run|sources|var)(?:\/|$))/g;

/**
 * The containers of docker-compose.yml without containers: a folder of this machine for each one's root, with what is mounted
 * there, and a port of 127.0.0.1 for each that another would reach by name.
 */
export class ContainerPlaces {
  private constructor(
    private readonly file: ComposeFile,
    private readonly folder: string,
    /** By `service:port`. */
    private readonly ports: ReadonlyMap<string, number>,
  ) {
    for (const name of Object.keys(file.volumes)) mkdirSync(this.volume(name), { recursive: true });
    for (const [name, service] of Object.entries(file.services)) this.mount(name, service);
  }

  static async in(folder: string, file: ComposeFile): Promise<ContainerPlaces> {
    const listeners = Object.entries(file.services).flatMap(([name, service]) =>
      listensOn(service).map((port) => `${name}:${port}`),
    );
    const free = await freePorts(listeners.length);
    return new ContainerPlaces(file, folder, new Map(listeners.map((listener, index) => [listener, free[index]!])));
  }

  portOf(service: string, port: string): number {
    return this.ports.get(`${service}:${port}`)!;
  }

  /** What a container of the service would see as `path`. */
  path(service: string, path: string): string {
    return join(this.folder, 'containers', service, path);
  }

  volume(name: string, subpath = ''): string {
    return join(this.folder, 'volumes', name, subpath);
  }

  environment(name: string): Record<string, string> {
    const { environment } = this.file.services[name]!;
    return Object.fromEntries(
      Object.entries(environment).map(([variable, value]) => {
        if (variable === 'HOST') return [variable, '127.0.0.1'];
        if (variable === 'PORT') return [variable, String(this.portOf(name, value))];
        return [variable, this.translate(name, value)];
      }),
    );
  }

  /** Names and paths as they are on this machine. Nothing else is changed. */
  translate(service: string, text: string): string {
    const hosts = Object.entries(this.file.services).flatMap(([name, one]) => [
      [name, name] as const,
      ...Object.values(one.networks).flatMap(({ aliases }) => aliases.map((alias) => [alias, name] as const)),
    ]);
    const reached = hosts.reduce(
      (before, [host, owner]) =>
        before.replaceAll(
          new RegExp(`(?<![\\w.-])${host.replaceAll('.', '\\.')}:(\\d+)`, 'g'),
          (written, port: string) => {
            const here = this.ports.get(`${owner}:${port}`);
            return here === undefined ? written : `127.0.0.1:${here}`;
          },
        ),
      text,
    );
    return reached.replaceAll(PATH, this.path(service, '/'));
  }

  private mount(name: string, { volumes }: ComposeService): void {
    const link = (target: string, source: string): void => {
      mkdirSync(dirname(this.path(name, target)), { recursive: true });
      symlinkSync(source, this.path(name, target));
    };
    link('/app', root);
    for (const { source, target, subpath } of volumes) {
      link(target, source.startsWith('./') ? join(root, source) : this.volume(source, subpath));
    }
  }
}

function listensOn({ environment: { PORT }, image }: ComposeService): readonly string[] {
  if (PORT !== undefined) return [PORT];
  if (image.startsWith('postgres:')) return ['5432'];
  return image.startsWith('apache/kafka:') ? ['9092', '9093'] : [];
}
