#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SetupFailure, main } from './setup/failure.mjs';
import { projectNode, root } from './setup/paths.mjs';
import { setUp } from './setup/ready.mjs';
import { run } from './setup/run.mjs';

/** `npm run bench`: measures Sluice against a direct call on this machine. Arguments go to test/bench/main.ts. */
await main(async () => {
  await setUp();
  const bench = join(root, 'dist', 'test', 'bench', 'main.js');
  if (!existsSync(bench)) throw new SetupFailure('test/bench/main.ts is missing: there is nothing to measure with.');
  return run(projectNode(), [bench, ...process.argv.slice(2)]);
});
