import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { EXIT } from './exit-code.js';
import { runCli } from './run-cli.js';

/** dist/apps/cli/src */
const root = join(import.meta.dirname, '..', '..', '..', '..');

// `sluice log show | head` ends the reader first: nothing is wrong then.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.internal);
});

try {
  process.exitCode = await runCli(process.argv.slice(2), {
    variables: process.env,
    root,
    folder: process.cwd(),
    out: process.stdout,
    err: process.stderr,
    readStdin: () => text(process.stdin),
    fetch,
    now: () => new Date(),
  });
} catch (error) {
  process.stderr.write(
    `sluice: an error of ours, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = EXIT.internal;
}
