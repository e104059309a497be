import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './compose-file.js';

export interface Instruction {
  /** `FROM`, `COPY` … */
  readonly name: string;
  readonly text: string;
}

export interface Stage {
  readonly name: string;
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

/** The stages in their order. Continued lines are one; comments are left out. */
export function readDockerfile(): readonly Stage[] {
  const text = readFileSync(join(root, 'deploy', 'images', 'Dockerfile'), 'utf8');
  const lines = text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line !== '');
  const stages: { name: string; from: string; instructions: Instruction[] }[] = [];
  for (const line of lines) {
    const [, from, stage] = /^FROM (\S+) AS (\S+)$/.exec(line) ?? [];
    if (from !== undefined && stage !== undefined) stages.push({ name: stage, from, instructions: [] });
    else stages.at(-1)!.instructions.push(instructionOf(line));
  }
  return stages;
}

function instructionOf(line: string): Instruction {
  const space = line.indexOf(' ');
  return { name: line.slice(0, space), text: line.slice(space + 1) };
}

/** What a COPY takes from the folder that the image is built in: nothing, where it takes from another stage. */
export function copiedFromContext({ text }: Instruction): readonly string[] {
  return text.startsWith('--from=') ? [] : text.split(' ').slice(0, -1);
}
