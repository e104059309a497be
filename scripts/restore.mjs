#!/usr/bin/env node
import { join } from 'node:path';
import { main } from './setup/failure.mjs';
import { projectNode, root } from './setup/paths.mjs';
import { setUp } from './setup/ready.mjs';
import { run } from './setup/run.mjs';

/** `npm run restore -- FOLDER`: arguments go to apps/launcher/src/restore.main.ts. */
await main(async () => {
  await setUp();
  return run(projectNode(), [
    join(root, 'dist', 'apps', 'launcher', 'src', 'restore.main.js'),
    ...process.argv.slice(2),
  ]);
});
