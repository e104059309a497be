import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Puts what one service may see into a folder of its own, `<home>/handout/<service>`, which only that service is given.
 * Safe to repeat: a file is replaced whole. `mode` of a file: its owner's alone, unless said otherwise.
 */
export function handOut(
  home: string,
  service: string,
  files: Readonly<Record<string, string>>,
  mode: 0o600 | 0o444 = 0o600,
): void {
  for (const [name, content] of Object.entries(files)) {
    const file = join(home, 'handout', service, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, content, { mode });
    renameSync(`${file}.new`, file);
  }
}

/** As `node --env-file` reads it. */
export function environmentFile(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join('');
}
