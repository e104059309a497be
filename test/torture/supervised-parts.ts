import { setTimeout as pause } from 'node:timers/promises';
import type { System } from '../support/system.js';
import type { Kill } from './plan-round.js';

/** How long a part that was killed may take to be ready again, whatever else is killed meanwhile. */
const REVIVAL_MS = 150_000;
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [100, 2_000];

/** Kills the parts of a system, and starts them again as a supervisor does: also what ends because another is away. */
export class SupervisedParts {
  killedWhileStarting = 0;
  private readonly revivals = new Map<string, Promise<void>>();
  /** When each was killed, by name; kills of a start among them. */
  private readonly deaths = new Map<string, number[]>();

  constructor(private readonly system: System) {}

  /** Kills so far, by name. */
  get killed(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.deaths].map(([name, times]) => [name, times.length]));
  }

  /** Whether the part was killed between two times of performance.now(). */
  diedBetween(name: string, from: number, to: number): boolean {
    return (this.deaths.get(name) ?? []).some((time) => time >= from && time <= to);
  }

  /** Resolves once the part is being started again. Of the services alone a start can be killed. */
  async kill({ victim, after, again }: Kill): Promise<void> {
    await pause(after);
    await this.strike(victim);
    if (again === undefined || !this.isService(victim)) return;
    await pause(again);
    await this.strike(victim);
  }

  /** Until all but these are ready. Rejects where one cannot be started. */
  async untilRevived(but: readonly string[] = []): Promise<void> {
    const awaited = [...this.revivals].filter(([name]) => !but.includes(name));
    await Promise.all(awaited.map(([, revival]) => revival));
  }

  private async strike(victim: string): Promise<void> {
    const revival = this.revivals.get(victim);
    // A server that starts has no process yet that could be named.
    if (revival !== undefined && !this.isService(victim)) await revival;
    else if (revival !== undefined) this.killedWhileStarting += 1;
    this.deaths.set(victim, [...(this.deaths.get(victim) ?? []), performance.now()]);
    await this.system.kill(victim);
    if (this.revivals.has(victim)) return;
    const begun = this.revive(victim).finally(() => this.revivals.delete(victim));
    // Whoever waits for it is told.
    begun.catch(() => undefined);
    this.revivals.set(victim, begun);
  }

  private async revive(name: string): Promise<void> {
    const deadline = performance.now() + REVIVAL_MS;
    for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
      try {
        await this.system.start(name);
        return;
      } catch (error) {
        if (performance.now() > deadline) throw error;
        await pause(wait);
      }
    }
  }

  private isService(name: string): boolean {
    return name !== 'postgres' && name !== 'kafka';
  }
}
