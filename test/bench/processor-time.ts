import { readFileSync } from 'node:fs';
import { cpuOf, descendantsOf } from './processes.js';

const PARTS = ['gateway', 'adapters', 'ledger', 'PostgreSQL'] as const;
export type Part = (typeof PARTS)[number];

/** Microseconds. */
export type ProcessorTime = Readonly<Record<Part, number>>;

/** Seconds that each process has used so far, by pid: a process that ends takes its own with it. */
export type Usage = ReadonlyMap<number, { readonly part: Part; readonly seconds: number }>;

/** Of the installation that this process started. Linux only. */
export function usage(): Usage {
  return new Map(
    descendantsOf(process.pid).flatMap((pid) => {
      const part = partOf(commandOf(pid));
      return part === undefined ? [] : [[pid, { part, seconds: cpuOf(pid) }] as const];
    }),
  );
}

/** What each part used between the two, for one of `count`. Without what ended meanwhile. */
export function processorTimeEach(before: Usage, after: Usage, count: number): ProcessorTime {
  const used = { gateway: 0, adapters: 0, ledger: 0, PostgreSQL: 0 };
  for (const [pid, { part, seconds }] of after) {
    used[part] += ((seconds - (before.get(pid)?.seconds ?? 0)) / count) * 1e6;
  }
  return used;
}

export function sumOf(time: ProcessorTime): number {
  return PARTS.reduce((sum, part) => sum + time[part], 0);
}

function partOf(command: string): Part | undefined {
  if (command.includes('/apps/gateway/')) return 'gateway';
  if (command.includes('/apps/adapter/')) return 'adapters';
  if (command.includes('/apps/ledger/')) return 'ledger';
  return command.includes('postgres') ? 'PostgreSQL' : undefined;
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // It has ended meanwhile.
    return '';
  }
}
