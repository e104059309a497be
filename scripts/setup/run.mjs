import { spawn } from 'node:child_process';
import { clearInterval, setInterval } from 'node:timers';
import { root } from './paths.mjs';

/**
 * Runs a program to its end and resolves with its exit status. Ctrl-C reaches it directly, being of the same terminal, so
 * it decides how to end. What else ends this process is passed on: a SIGTERM, a SIGINT where no terminal can have sent it,
 * and the end of npm's shell, which is all that a signal to npm itself ends.
 */
export async function run(program, args, options = {}) {
  const child = spawn(program, args, { cwd: root, stdio: 'inherit', ...options });
  const terminated = () => child.kill('SIGTERM');
  const interrupted = () => {
    if (!hasTerminal()) child.kill('SIGINT');
  };
  const unwatch = whenNpmIsGone(terminated);
  process.on('SIGINT', interrupted);
  process.on('SIGTERM', terminated);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === 'SIGINT' ? 2 : 15)));
    });
  } finally {
    process.off('SIGINT', interrupted);
    process.off('SIGTERM', terminated);
    unwatch();
  }
}

function hasTerminal() {
  return [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
}

/** Nothing tells a process that its parent is gone, but then it has another. */
function whenNpmIsGone(then) {
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    then();
  }, 500);
  if (process.env.npm_lifecycle_event === undefined) clearInterval(watch);
  return () => clearInterval(watch);
}

/** Says every ten seconds that a step is still under way, for terminals and logs that see nothing of it. */
export async function withHeartbeat(label, work) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const beat = setInterval(() => console.log(`  … ${label} (${seconds()} s)`), 10_000);
  try {
    const result = await work();
    console.log(`  ${label}: done in ${seconds()} s`);
    return result;
  } finally {
    clearInterval(beat);
  }
}
