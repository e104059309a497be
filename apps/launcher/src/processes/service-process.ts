import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Home } from '../home/home.js';
import { LauncherError } from '../launcher-error.js';
import { endProcess } from './end-process.js';
import { lastLines } from './last-lines.js';
import { removeNote, writeNote } from './process-note.js';

/** A service as the launcher starts it. */
export interface ServiceDefinition {
  /** `gateway`, `adapter-population`: names its log and its note. */
  readonly name: string;
  /** Absolute path of its compiled main. */
  readonly script: string;
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
  /** How Node runs it: above all, how much memory it may take. */
  readonly nodeFlags: readonly string[];
}

export interface Exit {
  readonly status: string;
  /** The end of its log. */
  readonly lastLines: string;
}

const READY_TIMEOUT_MS = 60_000;
const LARGE_LOG_BYTES = 32 * 1024 * 1024;

/** One run of a service: from its start to its end. */
export class ServiceProcess {
  /** Resolves when it has ended, whatever the cause. */
  readonly exited: Promise<Exit>;
  private readonly child: ChildProcess;
  private readonly log: string;
  /** Where this run's lines begin. */
  private readonly logStart: number;
  private readonly note: string;
  private ended = false;

  /**
   * Starts it. Detached, so that Ctrl-C in the terminal reaches the launcher alone, which then stops all in their order;
   * over its IPC channel it notices when the launcher is gone.
   */
  constructor(
    readonly definition: ServiceDefinition,
    home: Home,
  ) {
    const { name, script, environment, nodeFlags } = definition;
    this.log = join(home.logs, `${name}.log`);
    this.note = join(home.run, `${name}.json`);
    const log = openLog(this.log);
    this.logStart = statSync(this.log).size;
    this.child = spawn(process.execPath, [...nodeFlags, script], {
      env: environment,
      cwd: home.folder,
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    if (this.child.pid !== undefined) writeNote(this.note, { pid: this.child.pid, script });
    this.exited = this.untilExit();
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Resolves once it says that it is ready. Throws SERVICE_FAILED where it ends instead, or takes too long. */
  async untilReady(timeoutMs = READY_TIMEOUT_MS): Promise<void> {
    const { name, url } = this.definition;
    const deadline = performance.now() + timeoutMs;
    let answer = 'nothing answered';
    while (!this.ended && performance.now() < deadline) {
      answer = await askReadiness(url);
      if (answer === 'ready') return;
      await pause(50);
    }
    const what = this.ended ? (await this.exited).status : `not ready after ${String(timeoutMs / 1000)} s: ${answer}`;
    throw new LauncherError(
      'SERVICE_FAILED',
      `${name}: ${what}. The end of ${this.log}:\n${lastLines(this.log, this.logStart)}`,
    );
  }

  /** Lets it finish what it does. Safe to repeat. */
  async stop(): Promise<void> {
    if (this.child.pid !== undefined && !this.ended) await endProcess(this.child.pid);
    await this.exited;
  }

  /** At once, whatever it does. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  private untilExit(): Promise<Exit> {
    return new Promise((resolve) => {
      const end = (status: string): void => {
        this.ended = true;
        removeNote(this.note);
        resolve({ status, lastLines: lastLines(this.log, this.logStart) });
      };
      this.child.once('error', (error) => {
        end(`could not be started (${error.message})`);
      });
      this.child.once('exit', (code, signal) => {
        end(signal === null ? `ended with status ${String(code)}` : `was ended by ${signal}`);
      });
    });
  }
}

/** Appends. What an earlier start wrote is kept once, when it has grown large. */
function openLog(file: string): number {
  if (existsSync(file) && statSync(file).size > LARGE_LOG_BYTES) renameSync(file, `${file}.1`);
  return openSync(file, 'a');
}

async function askReadiness(url: string): Promise<string> {
  try {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2000) });
    if (response.ok) return 'ready';
    return (await response.text()).slice(0, 300);
  } catch (error) {
    return error instanceof Error && error.cause instanceof Error ? error.cause.message : 'nothing answered';
  }
}
