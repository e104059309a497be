#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `npx sluice …`: the command line, on the project's own Node whatever the machine has. */
const root = fileURLToPath(new URL('..', import.meta.url));
const cli = join(root, 'dist', 'apps', 'cli', 'src', 'main.js');
const packaged = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

if (existsSync(cli)) {
  const node = existsSync(packaged) ? packaged : process.execPath;
  const env = { NODE_COMPILE_CACHE: join(root, 'dist', '.compile-cache'), ...process.env };
  const ended = spawnSync(node, [cli, ...process.argv.slice(2)], { stdio: 'inherit', env });
  if (ended.error) throw ended.error;
  process.exitCode = ended.status ?? 1;
} else {
  console.error('sluice: not built yet. Run: npm start (or npm run build)');
  process.exitCode = 1;
}
