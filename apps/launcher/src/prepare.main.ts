import { join } from 'node:path';
import { ConfigError } from '#platform/config/config-error.js';
import { readEnvironment } from '#platform/config/read-environment.js';
import { LauncherError } from './launcher-error.js';
import { Preparation } from './prepare/preparation.js';
import { preparationConfig } from './prepare/preparation-config.js';
import { Terminal } from './report/terminal.js';

/** dist/apps/launcher/src */
const root = join(import.meta.dirname, '..', '..', '..', '..');

try {
  await prepare(process.argv[2]);
} catch (error) {
  if (!(error instanceof LauncherError || error instanceof ConfigError)) throw error;
  process.stderr.write(`\nsluice: ${error.message}\n`);
  process.exitCode = 1;
}
// Sockets of fetch's pool would keep the process for seconds; nothing is waited for any more.
process.exit();

async function prepare(step: string | undefined): Promise<void> {
  if (step !== 'keys' && step !== 'databases' && step !== 'registry') {
    throw new LauncherError('USAGE', 'say which step: keys, databases or registry');
  }
  const config = readEnvironment(preparationConfig, process.env);
  await new Preparation(config, join(root, 'deploy', 'demo'), new Terminal().step)[step]();
}
