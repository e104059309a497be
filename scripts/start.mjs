#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from './setup/failure.mjs';
import { projectNode, root } from './setup/paths.mjs';
import { setUp } from './setup/ready.mjs';
import { run } from './setup/run.mjs';

/** `npm start`: installs, builds, and hands over to the launcher, which runs on the project's own Node. */
await main(async () => {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    console.log(readFileSync(join(root, 'apps', 'launcher', 'usage.txt'), 'utf8').trimEnd());
    return 0;
  }
  await setUp();
  const launcher = join(root, 'dist', 'apps', 'launcher', 'src', 'main.js');
  // It stays in memory as long as everything that it started, and has little to do.
  const lean = ['--max-old-space-size=128', '--max-semi-space-size=2', '--optimize-for-size'];
  return run(projectNode(), [...lean, launcher, ...args], { env: withCompileCache() });
});

/** Node keeps what it compiled: the next start of the same code is about twice as fast. */
function withCompileCache() {
  return { NODE_COMPILE_CACHE: join(root, 'dist', '.compile-cache'), ...process.env };
}
