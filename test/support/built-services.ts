import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** The folder of the compiled apps, built from the sources as they are now: nothing is compiled where they have not changed. */
export function builtApps(): string {
  const program = "const { setUp } = await import('./scripts/setup/ready.mjs'); await setUp();";
  execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: root,
    // Jest's standard output is the caller's.
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return join(root, 'dist', 'apps');
}

/** The demo's configuration, which the systems of tests run on. */
export const demoFolder = join(root, 'deploy', 'demo');

/** What Node keeps of compiled code between starts. */
export const compileCache = join(root, 'dist', '.compile-cache');
