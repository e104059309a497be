import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '#platform/config/config-error.js';
import { EmbeddedError } from '#embedded/embedded-error.js';
import { openHome } from './home/home.js';
import { Installation } from './installation.js';
import { LauncherError } from './launcher-error.js';
import { DEFAULT_PORT_BASE, defaultHome, readOptions, type LauncherOptions } from './options.js';
import { Interruptions } from './processes/interruptions.js';
import { lockHome } from './processes/launcher-lock.js';
import { Terminal } from './report/terminal.js';
import { addresses } from './report/addresses.js';
import { runSampleTask } from './sample-task/run-sample-task.js';

/** dist/apps/launcher/src */
const here = import.meta.dirname;
const root = join(here, '..', '..', '..', '..');
const terminal = new Terminal();
/** What shells report for a program that Ctrl-C ended. */
const INTERRUPTED = 130;

try {
  const options = readOptions(process.argv.slice(2), process.env, root);
  process.exitCode = options.help ? showUsage() : await launch(options);
} catch (error) {
  if (!isMendable(error)) throw error;
  process.stderr.write(`\nsluice: ${error.message}\n`);
  process.exitCode = 1;
}
// Sockets of fetch's pool would keep the process for seconds; nothing is waited for any more.
process.exit();

async function launch(options: LauncherOptions): Promise<number> {
  const home = openHome(options.home);
  const unlock = lockHome(home, join(here, 'main.js'));
  const interruptions = new Interruptions();
  try {
    const folders = { apps: join(root, 'dist', 'apps'), demo: join(root, 'deploy', 'demo') };
    const installation = new Installation(home, options, folders, terminal.step);
    return await run(installation, options, interruptions);
  } finally {
    unlock();
  }
}

async function run(
  installation: Installation,
  options: LauncherOptions,
  interruptions: Interruptions,
): Promise<number> {
  const interrupted = interruptions.next();
  const work = bringUp(installation, options);
  try {
    const first = await Promise.race([work, interrupted]);
    if (first !== 'up') return INTERRUPTED;
    if (options.once) return 0;
    terminal.text(
      addresses(installation.plan, installation.home, {
        defaultPortBase: DEFAULT_PORT_BASE,
        defaultHome: defaultHome(root),
        workingDirectory: process.cwd(),
      }),
    );
    await interrupted;
    return 0;
  } finally {
    terminal.step('stopping (Ctrl-C once more ends everything at once)');
    void interruptions.next().then(() => {
      installation.kill();
      process.exit(INTERRUPTED);
    });
    await installation.stop();
    terminal.step('stopped');
  }
}

async function bringUp(installation: Installation, options: LauncherOptions): Promise<'up'> {
  const trust = await installation.start(surroundings());
  if (options.sample) await runSampleTask(installation, trust, terminal);
  return 'up';
}

/** What services inherit: what Node itself and the system need, and nothing that configures anything. */
function surroundings(): Record<string, string> {
  const names = [
    'PATH',
    'HOME',
    'TMPDIR',
    'SystemRoot',
    'NODE_COMPILE_CACHE',
    'NODE_EXTRA_CA_CERTS',
    'LOG_LEVEL',
    'LEDGER_CATCH_UP',
  ];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

function showUsage(): number {
  terminal.text(readFileSync(join(root, 'apps', 'launcher', 'usage.txt'), 'utf8').trimEnd());
  return 0;
}

function isMendable(error: unknown): error is Error {
  return error instanceof LauncherError || error instanceof EmbeddedError || error instanceof ConfigError;
}
