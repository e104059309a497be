import { globSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const folder = join(import.meta.dirname, '..');

/** All of this lib that a browser can have: everything but what Node makes faster. */
export function portableFiles(): string[] {
  const files = globSync('src/**/*.ts', { cwd: folder });
  return files.filter((file) => !file.endsWith('.spec.ts') && !file.endsWith('node-cryptography.ts')).sort();
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
