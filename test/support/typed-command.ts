import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const program = join(import.meta.dirname, '..', '..', 'bin', 'sluice.mjs');

/** What a person at a terminal sees of a command. */
export interface TypedCommand {
  readonly exitCode: number | null;
  readonly out: string;
  readonly err: string;
}

/** Whose terminal it is. */
export interface Desk {
  /** What relative paths start from. */
  readonly folder: string;
  /** Besides PATH, all that the command sees of the environment. */
  readonly variables: Readonly<Record<string, string>>;
}

/** `npx sluice …` as a process of its own. The compiled apps must be there. */
export async function typeCommand({ folder, variables }: Desk, args: readonly string[]): Promise<TypedCommand> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { exitCode: child.exitCode, out, err };
}
