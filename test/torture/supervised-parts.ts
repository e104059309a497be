import { setTimeout as pause } from 'node:timers/promises';
import type { System } from '../support/system.js';
import type { Kill } from './plan-round.js';

/** Of a log. */
const LAST_LINES = 4;
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [100, 2_000];

/** Kills the parts of a system, and starts again whatever ends, as a supervisor does: also what ends by itself. */
export class SupervisedParts {
  killedWhileStarting = 0;
  private readonly down = new Set<string>();
  /** Of what is down, what has no process that could be killed. A server that starts has none that could be named. */
  private readonly gone = new Set<string>();
  /** Why the last start of a part that is down failed. */
  private readonly failures = new Map<string, string>();
  /** When each was killed, by name; kills of a start among them. */
  private readonly deaths = new Map<string, number[]>();
  private readonly ends = new Map<string, number>();
  /** What was said last by a part that ended without having been killed. */
  readonly lastWords: string[] = [];
  private isOver = false;

  /** From now on everything is watched, until `leave`. */
  constructor(private readonly system: System) {
    for (const name of system.pids.keys()) void this.supervise(name);
  }

  /** Kills so far, by name. */
  get killed(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.deaths].map(([name, times]) => [name, times.length]));
  }

  /** What was ready, and ended without having been killed: `ledger ended with status 1`, and how often. */
  get endedByThemselves(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.ends);
  }

  isUp(name: string): boolean {
    return !this.down.has(name);
  }

  /** Whether the part was killed between two times of performance.now(). */
  diedBetween(name: string, from: number, to: number): boolean {
    return (this.deaths.get(name) ?? []).some((time) => time >= from && time <= to);
  }

  /** Resolves once the part was killed as often as it was to be. */
  async kill({ victim, after, again }: Kill): Promise<void> {
    await pause(after);
    await this.strike(victim);
    if (again === undefined) return;
    await pause(again);
    await this.strike(victim);
  }

  /** Until all but these are ready. Rejects, with what is not and why, where that takes longer than the system's patience. */
  untilUp(but: readonly string[] = []): Promise<void> {
    return this.system.until('what was killed is ready again', () => {
      const missing = [...this.down].filter((name) => !but.includes(name));
      const why = (name: string) => `${name} (${this.failures.get(name) ?? 'its first start is under way'})`;
      return Promise.resolve(missing.length === 0 || missing.map(why).join('; '));
    });
  }

  /** What ends now stays so. */
  leave(): void {
    this.isOver = true;
  }

  private async strike(victim: string): Promise<void> {
    if (this.gone.has(victim)) {
      await this.system.until(`${victim} runs, to be killed`, () => Promise.resolve(!this.gone.has(victim)));
    }
    if (this.down.has(victim)) this.killedWhileStarting += 1;
    this.down.add(victim);
    this.deaths.set(victim, [...(this.deaths.get(victim) ?? []), performance.now()]);
    await this.system.kill(victim);
  }

  private async supervise(name: string): Promise<void> {
    for (;;) {
      const how = await this.system.exited(name);
      if (this.isOver) return;
      if (!this.down.has(name)) this.endedByItself(name, how);
      this.down.add(name);
      this.gone.add(name);
      await this.revive(name);
    }
  }

  private endedByItself(name: string, how: string): void {
    this.ends.set(`${name} ${how}`, (this.ends.get(`${name} ${how}`) ?? 0) + 1);
    if (this.isService(name))
      this.lastWords.push(
        `${name} ${how}: ${this.system.logOf(name).trimEnd().split('\n').slice(-LAST_LINES).join('\n')}`,
      );
  }

  private async revive(name: string): Promise<void> {
    for (let wait = FIRST_PAUSE_MS; !this.isOver; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
      try {
        const starting = this.system.start(name);
        if (this.isService(name)) this.gone.delete(name);
        await starting;
        for (const state of [this.gone, this.down]) state.delete(name);
        this.failures.delete(name);
        return;
      } catch (error) {
        this.gone.add(name);
        this.failures.set(name, error instanceof Error ? error.message : String(error));
        await pause(wait);
      }
    }
  }

  private isService(name: string): boolean {
    return name !== 'postgres' && name !== 'kafka';
  }
}
