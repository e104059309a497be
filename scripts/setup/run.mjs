import { spawn } from 'node:child_process';
import { clearInterval, setInterval } from 'node:timers';
import { root } from './paths.mjs';

/**
 * Runs a program to its end and resolves with its exit status. Ctrl-C reaches it directly, being of the same terminal, so
 * it decides how to end; a SIGTERM to this process is passed on.
 */
export async function run(program, args, options = {}) {
  const child = spawn(program, args, { cwd: root, stdio: 'inherit', ...options });
  const ignore = () => {};
  const pass = () => child.kill('SIGTERM');
  process.on('SIGINT', ignore);
  process.on('SIGTERM', pass);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === 'SIGINT' ? 2 : 15)));
    });
  } finally {
    process.off('SIGINT', ignore);
    process.off('SIGTERM', pass);
  }
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
