import { globSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const folder = join(import.meta.dirname, '..');

/** What Node makes faster, and what signs for a ledger. */
const FOR_SERVERS = ['src/node-cryptography.ts', 'src/derived-key.ts', 'src/shard-signer.ts'];

/** All of this lib that a browser can have, in which nobody but servers signs. */
export function portableFiles(): string[] {
  const files = globSync('src/**/*.ts', { cwd: folder });
  return files.filter((file) => !file.endsWith('.spec.ts') && !FOR_SERVERS.includes(file)).sort();
}

/**
 * These files as one script for a browser, which leaves their exports in the global `merkle`. Rejects where one of them, or
 * what it imports, needs Node.
 */
export async function bundleForBrowser(files: readonly string[]): Promise<string> {
  const contents = files.map((file) => `export * from './${file}';`).join('\n');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder, loader: 'ts' },
    ...{ bundle: true, write: false, platform: 'browser', format: 'iife', globalName: 'merkle', target: 'es2022' },
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
