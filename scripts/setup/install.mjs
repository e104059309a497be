import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupFailure } from './failure.mjs';
import { root } from './paths.mjs';
import { run, withHeartbeat } from './run.mjs';

/** Installs what package-lock.json says, if node_modules holds anything else. */
export async function install() {
  const reason = whyInstall();
  if (reason === undefined) return;
  console.log(`Installing the dependencies: ${reason}`);
  const status = await withHeartbeat('npm ci', () => npm(['ci', '--no-audit', '--no-fund', '--loglevel=error']));
  if (status !== 0) {
    throw new SetupFailure(
      'npm ci failed: see above. Without a network, or behind a proxy, set npm up first (npm config set registry …, proxy …), then start again.',
    );
  }
}

/** The npm that started this, or the one on the PATH. */
export function npm(args) {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('.js')) return run(process.execPath, [cli, ...args]);
  return run('npm', args, { shell: process.platform === 'win32' });
}

/** npm notes what it installed in node_modules/.package-lock.json: the very list that it was asked for, or another. */
function whyInstall() {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  if (wanted === undefined) throw new SetupFailure('package-lock.json is missing: this is not a whole clone.');
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return 'there are none yet';
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.link) continue;
    const found = installed[path];
    // Packages for other platforms are listed and left out.
    if (found === undefined ? !entry.optional : found.version !== entry.version) {
      return `${path.replace(/^.*node_modules\//, '')} ${entry.version} is wanted`;
    }
  }
  return undefined;
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
