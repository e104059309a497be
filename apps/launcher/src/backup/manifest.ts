import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { flush } from '#embedded/copy-durably.js';
import { LauncherError } from '../launcher-error.js';

/** Written last: a backup without it was not finished. */
const MANIFEST = 'sluice-backup.json';

const manifest = z.strictObject({
  format: z.literal(1),
  /** RFC 3339. What was acknowledged before `began` is in the backup. */
  began: z.iso.datetime(),
  ended: z.iso.datetime(),
  /** SHA-256 in hexadecimal, by path. */
  files: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
});
export type Manifest = z.output<typeof manifest>;

export async function writeManifest(folder: string, times: Pick<Manifest, 'began' | 'ended'>): Promise<Manifest> {
  const written: Manifest = { format: 1, ...times, files: await digests(folder) };
  const path = join(folder, MANIFEST);
  writeFileSync(path, `${JSON.stringify(written, null, 1)}\n`, { mode: 0o600, flag: 'wx' });
  await flush(path);
  return written;
}

/** Throws BACKUP_DAMAGED unless every file of the backup is there as it was written, and no other. */
export async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) throw damaged(folder, `it has no ${MANIFEST}, so it was not finished, or is no backup`);
  const read = manifest.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (!read.success) throw damaged(folder, `${MANIFEST} is not one that this version writes`);
  const there = await digests(folder);
  for (const [name, digest] of Object.entries(read.data.files)) {
    if (there[name] === undefined) throw damaged(folder, `${name} is missing`);
    if (there[name] !== digest) throw damaged(folder, `${name} was changed`);
  }
  return read.data;
}

function damaged(folder: string, reason: string): LauncherError {
  return new LauncherError('BACKUP_DAMAGED', `${folder} cannot be restored: ${reason}. Nothing was changed.`);
}

async function digests(folder: string): Promise<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const digested: Record<string, string> = {};
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name);
    const relative = path.slice(folder.length + 1);
    if (relative === MANIFEST) continue;
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    digested[relative] = hash.digest('hex');
  }
  return digested;
}
