import { chown, copyFile, mkdir, open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** As many files at a time as keep a disk busy. */
const AT_ONCE = 16;

export interface CopyOptions {
  /** Whether the file or folder at this path, under the source, is left out. */
  readonly isLeftOut?: (path: string) => boolean;
  /** Who is to own what is made. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
}

/**
 * Copies a folder that may change meanwhile: what goes while it is looked at is left out. Every file is on disk when it
 * resolves. Gives the paths of the files, under the folder.
 */
export async function copyDurably(from: string, to: string, options: CopyOptions = {}): Promise<readonly string[]> {
  await makeFolder(to, options);
  const files = await listFiles(from, '', to, options);
  for (let at = 0; at < files.length; at += AT_ONCE) {
    await Promise.all(files.slice(at, at + AT_ONCE).map((path) => copyOne(join(from, path), join(to, path), options)));
  }
  return files;
}

/** Flushes a file that was written to disk. */
export async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function listFiles(from: string, under: string, to: string, options: CopyOptions): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await orGone(readdir(join(from, under), { withFileTypes: true }), [])) {
    const path = under === '' ? entry.name : `${under}/${entry.name}`;
    if (options.isLeftOut?.(path) === true) continue;
    if (entry.isFile()) files.push(path);
    if (!entry.isDirectory()) continue;
    await makeFolder(join(to, path), options);
    files.push(...(await listFiles(from, path, to, options)));
  }
  return files;
}

async function makeFolder(path: string, { owner }: CopyOptions): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (owner !== undefined) await chown(path, owner.uid, owner.gid);
}

async function copyOne(from: string, to: string, { owner }: CopyOptions): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  if (
    !(await orGone(
      copyFile(from, to).then(() => true),
      false,
    ))
  )
    return;
  if (owner !== undefined) await chown(to, owner.uid, owner.gid);
  await flush(to);
}

async function orGone<T, G>(result: Promise<T>, gone: G): Promise<T | G> {
  try {
    return await result;
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return gone;
    throw error;
  }
}
