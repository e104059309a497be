import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

export interface Child {
  /** What it printed first. */
  readonly firstLine: string;
  stop(): Promise<void>;
}

/** Starts a Node script and waits for its first line. Rejects if it ends before it prints one. */
export async function startScript(script: string, args: readonly string[]): Promise<Child> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = createInterface(child.stdout);
  const [firstLine] = (await Promise.race([once(lines, 'line'), exited])) as [unknown];
  if (typeof firstLine !== 'string') throw new Error(`${script} ended before it was ready`);
  return {
    firstLine,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Every process that `pid` started, and what those started. Linux only. */
export function descendantsOf(pid: number): readonly number[] {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        const stat = readQuietly(`/proc/${name}/stat`);
        const parent = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
        return parent === undefined ? [] : [[Number(name), Number(parent)] as const];
      }),
  );
  const found = new Set([pid]);
  for (let size = 0; size < found.size;) {
    size = found.size;
    for (const [child, parent] of parents) if (found.has(parent)) found.add(child);
  }
  found.delete(pid);
  return [...found];
}

/**
 * Mebibytes that a process holds. Pages that several share count once in all (Pss), where the kernel tells; else Rss.
 */
export function memoryOf(pid: number): number {
  const rollup = readQuietly(`/proc/${pid}/smaps_rollup`) ?? readQuietly(`/proc/${pid}/status`) ?? '';
  const kilobytes = /^(?:Pss|VmRSS):\s+(\d+) kB/m.exec(rollup)?.[1];
  return Number(kilobytes ?? 0) / 1024;
}

/** Seconds of processor time that a process has used. */
export function cpuOf(pid: number): number {
  const stat = readQuietly(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100;
}

function readQuietly(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The process has ended meanwhile, or is not ours to look into.
    return undefined;
  }
}
