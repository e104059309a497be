import { setTimeout as pause } from 'node:timers/promises';
import type { Home } from '../home/home.js';
import { ServiceProcess, type ServiceDefinition } from './service-process.js';

export interface SupervisorEvents {
  /** Told of each end that nobody asked for. */
  readonly say: (line: string) => void;
  /** Milliseconds before the first restart; doubled with each further one, up to `longestPauseMs`. */
  readonly pauseMs?: number;
  readonly longestPauseMs?: number;
}

/** A run that lasts this long was a good one: the next failure counts as the first. */
const GOOD_RUN_MS = 60_000;

/** Keeps services running: all start at once, and one that ends is started again. */
export class Supervisor {
  private readonly running = new Map<string, ServiceProcess>();
  private readonly watches: Promise<void>[] = [];
  private readonly stopping = new AbortController();

  constructor(
    private readonly home: Home,
    private readonly events: SupervisorEvents,
  ) {}

  /** Resolves when all are ready. Throws SERVICE_FAILED for the first that fails; call `stop` then. */
  async start(definitions: readonly ServiceDefinition[]): Promise<void> {
    const first = definitions.map((definition) => this.launch(definition));
    await Promise.all(first.map((service) => service.untilReady()));
    for (const service of first) this.watches.push(this.watch(service));
  }

  /** Those named first are stopped first; each finishes what it does. Safe to repeat. */
  async stop(order: readonly (readonly string[])[]): Promise<void> {
    this.stopping.abort();
    for (const names of [...order, [...this.running.keys()]]) {
      const services = names.flatMap((name) => this.running.get(name) ?? []);
      await Promise.all(services.map((service) => service.stop()));
    }
    await Promise.all(this.watches);
  }

  kill(): void {
    this.stopping.abort();
    for (const service of this.running.values()) service.kill();
  }

  private launch(definition: ServiceDefinition): ServiceProcess {
    const service = new ServiceProcess(definition, this.home);
    this.running.set(definition.name, service);
    return service;
  }

  private async watch(first: ServiceProcess): Promise<void> {
    const { definition } = first;
    const { say, pauseMs = 500, longestPauseMs = 30_000 } = this.events;
    let wait = pauseMs;
    let since = performance.now();
    for (let service = first; ; service = this.relaunch(definition)) {
      const exit = await service.exited;
      if (this.isStopping()) return;
      if (performance.now() - since > GOOD_RUN_MS) wait = pauseMs;
      say(
        `${definition.name} ${exit.status}; started again in ${String(wait / 1000)} s. The end of its log:\n${exit.lastLines}`,
      );
      await pause(wait, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      if (this.isStopping()) return;
      wait = Math.min(wait * 2, longestPauseMs);
      since = performance.now();
    }
  }

  /** Where it ends again instead of getting ready, the watch tells. */
  private relaunch(definition: ServiceDefinition): ServiceProcess {
    const service = this.launch(definition);
    service.untilReady().then(
      () => {
        this.events.say(`${definition.name} is ready again`);
      },
      () => undefined,
    );
    return service;
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }
}
