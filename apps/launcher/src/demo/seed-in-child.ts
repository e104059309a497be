import { fork } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { LauncherError } from '../launcher-error.js';
import type { SeededSources, SourcePlaces } from './seed-sources.js';

const told = z.union([
  z.object({ say: z.string() }),
  z.object({ failed: z.string() }),
  z.object({ result: z.object({ populationUrl: z.string(), socialSecurityUrl: z.string() }) }),
]);

/** `seedSources`, in a process of its own. Throws SEED_FAILED. */
export async function seedInChild(places: SourcePlaces, say: (line: string) => void): Promise<SeededSources> {
  const child = fork(join(import.meta.dirname, 'seed.main.js'), { execArgv: ['--max-old-space-size=512'] });
  child.send(places);
  return new Promise((resolve, reject) => {
    child.on('message', (message) => {
      const one = told.parse(message);
      if ('say' in one) say(one.say);
      else if ('result' in one) resolve(one.result);
      else reject(new LauncherError('SEED_FAILED', `the departments' data could not be made: ${one.failed}`));
    });
    child.once('exit', (code) => {
      reject(new LauncherError('SEED_FAILED', `making the departments' data ended with status ${String(code)}`));
    });
  });
}
