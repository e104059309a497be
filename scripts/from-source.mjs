#!/usr/bin/env node
import { join } from 'node:path';
import { main } from './setup/failure.mjs';
import { projectNode } from './setup/paths.mjs';
import { setUp } from './setup/ready.mjs';
import { run } from './setup/run.mjs';

/** `node scripts/from-source.mjs FILE.ts [arguments]`: runs a TypeScript file as it is, on the project's own Node. */
await main(async () => {
  await setUp();
  const flags = [
    ...['--conditions=source', '--experimental-transform-types', '--disable-warning=ExperimentalWarning'],
    ...['--import', `./${join('test', 'support', 'source-hooks.mjs')}`],
  ];
  return run(projectNode(), [...flags, ...process.argv.slice(2)]);
});
