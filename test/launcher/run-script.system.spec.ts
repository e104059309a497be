import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { waitUntil } from '#embedded/wait-until.js';

const run = pathToFileURL(join(import.meta.dirname, '..', '..', 'scripts', 'setup', 'run.mjs')).href;
/** What a script of npm runs: it says which signal came, and ends. */
const program = `for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => { console.log(signal); process.exit(7) });
  console.log('up'); setInterval(() => {}, 1_000);`;
const script = `import { run } from ${JSON.stringify(run)};
  process.exitCode = await run(process.execPath, ['-e', ${JSON.stringify(program)}]);`;

interface Started {
  readonly child: ChildProcess;
  output: string;
  readonly exited: Promise<number | null>;
}

/** Without a terminal, as a supervisor would start it. */
async function start(command: string, args: readonly string[]): Promise<Started> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, npm_lifecycle_event: 'start', SCRIPT: script },
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const started = { child, output: '', exited };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (started.output += text));
  expect(await waitUntil(() => started.output.includes('up'), 30_000)).toBe(true);
  return started;
}

it.each(['SIGINT', 'SIGTERM'] as const)('passes %s on, and ends as its program does', async (signal) => {
  const started = await start(process.execPath, ['--input-type=module', '-e', script]);
  started.child.kill(signal);
  expect([await started.exited, started.output]).toEqual([7, `up\n${signal}\n`]);
});

it("ends its program when npm's shell is gone", async () => {
  // The colon keeps the shell from becoming the script, as some would.
  const shell = await start('sh', ['-c', `"${process.execPath}" --input-type=module -e "$SCRIPT"; :`]);
  shell.child.kill('SIGKILL');
  // Its output closes when the last that holds it has ended.
  await shell.exited;
  expect(shell.output).toBe('up\nSIGTERM\n');
});
