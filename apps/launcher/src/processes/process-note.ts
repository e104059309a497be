import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';

/** What is remembered of a process, so that a later start can find it, and not take another program for it. */
const processNote = z.object({
  pid: z.int().min(2),
  /** Appears in its command line. */
  script: z.string().min(1),
});
export type ProcessNote = z.infer<typeof processNote>;

export function writeNote(file: string, note: ProcessNote): void {
  writeFileSync(file, JSON.stringify(note));
}

export function removeNote(file: string): void {
  rmSync(file, { force: true });
}

/** The noted process, if it still runs: pids are given out again. */
export function runningNote(file: string): ProcessNote | undefined {
  if (!existsSync(file)) return undefined;
  const note = processNote.safeParse(parse(readFileSync(file, 'utf8')));
  if (!note.success) return undefined;
  return commandLineOf(note.data.pid)?.includes(note.data.script) === true ? note.data : undefined;
}

export interface NamedNote extends ProcessNote {
  readonly name: string;
  readonly file: string;
}

export function runningNotes(folder: string): NamedNote[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const file = join(folder, name);
      const note = runningNote(file);
      return note === undefined ? [] : [{ ...note, file, name: basename(name, '.json') }];
    });
}

/** Undefined where there is no such process. */
export function commandLineOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return existsSync('/proc/self') ? undefined : commandLineByPs(pid);
  }
}

function commandLineByPs(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
