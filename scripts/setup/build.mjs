import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SetupFailure } from './failure.mjs';
import { projectNode, root } from './paths.mjs';
import { run, withHeartbeat } from './run.mjs';

const STAMP = join(root, 'dist', '.built-from');
const ENTRY = join(root, 'dist', 'apps', 'launcher', 'src', 'main.js');

/** Compiles apps and libs in one go, unless dist was built from just these sources. */
export async function build() {
  const sources = fingerprint();
  if (existsSync(ENTRY) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sources) return;
  console.log('Building');
  // From here on dist is of no known sources.
  rmSync(STAMP, { force: true });
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const project = join('scripts', 'setup', 'tsconfig.build.json');
  const status = await withHeartbeat('tsc', () => run(projectNode(), [tsc, '-p', project]));
  if (status !== 0) throw new SetupFailure('The sources do not compile: see above.');
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, sources);
}

/** SHA-256 over the names and contents of what the compiler reads. */
function fingerprint() {
  const hash = createHash('sha256');
  const single = ['package.json', 'package-lock.json', 'tsconfig.json', 'scripts/setup/tsconfig.build.json'];
  for (const file of [...single, ...sourcesUnder('apps'), ...sourcesUnder('libs'), ...sourcesUnder('test/bench')]) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

function sourcesUnder(folder) {
  if (!existsSync(join(root, folder))) return [];
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sourcesUnder(path);
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts') ? [path] : [];
  });
}
