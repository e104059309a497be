#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { main } from './setup/failure.mjs';
import { projectNode, root } from './setup/paths.mjs';
import { setUp } from './setup/ready.mjs';
import { run } from './setup/run.mjs';

/** `npm run reset`: stops what an earlier start left running and removes the home folder, data and keys included. */
await main(async () => {
  const reset = join(root, 'dist', 'apps', 'launcher', 'src', 'reset.main.js');
  // What was built once will do: a source that does not compile must not keep anybody from cleaning up.
  if (!existsSync(reset)) await setUp();
  return run(projectNode(), [reset, ...process.argv.slice(2)]);
});
