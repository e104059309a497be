import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupFailure } from './failure.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const OLDEST = 20;
const PROJECT = 24;

/** The scripts themselves run on what the machine has; everything else on the project's own Node. */
export function checkNodeVersion() {
  const [major] = process.versions.node.split('.').map(Number);
  if (major >= OLDEST) return;
  throw new SetupFailure(
    `Node ${process.versions.node} is too old: Node ${OLDEST} or newer is needed to install. The project then brings Node ${PROJECT} itself.`,
  );
}

/** Node 24, from the npm package `node`; or the one that runs this, where it is new enough. */
export function projectNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const packaged = join(root, 'node_modules', 'node', 'bin', name);
  if (existsSync(packaged)) return packaged;
  if (Number(process.versions.node.split('.')[0]) >= PROJECT) return process.execPath;
  throw new SetupFailure(
    `The project's own Node ${PROJECT} is missing from node_modules/node: its install script did not run. Run: npm rebuild node`,
  );
}
