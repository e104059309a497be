import { createHash, randomUUID } from 'node:crypto';
import { link, lstat, mkdir, open, readFile, readdir, readlink, rename, rm, symlink, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { GroupCommit } from '#platform/group-commit.js';
import type { TileStore } from './tile-store.js';

/** Half-written files lie here: a crash leaves them, and no reader is led to them. */
const INCOMING = '.incoming';
/** Milliseconds after which a half-written file is nobody's any more. */
const ABANDONED = 60_000;

/** A folder of files. All processes that write to it must see one file system that has hard and symbolic links. */
export class FileTileStore implements TileStore {
  /** Folders that are known to be there, so that each is made once. */
  private readonly folders = new Set<string>();
  /** Many files of one folder share its synchronisation. */
  private readonly synchronised = new GroupCommit<string, undefined>(async (folders) => {
    await Promise.all([...new Set(folders)].map(syncFolder));
    return folders.map(() => undefined);
  });

  private constructor(private readonly root: string) {}

  /** Makes the folder where it is missing, and clears away what a crash left half-written. */
  static async open(root: string): Promise<FileTileStore> {
    const store = new FileTileStore(root);
    await store.makeFolder(join(root, INCOMING));
    await store.removeAbandoned();
    return store;
  }

  async read(path: string): Promise<Buffer | undefined> {
    return orMissing(readFile(join(this.root, path)), undefined);
  }

  async create(path: string, bytes: Uint8Array): Promise<boolean> {
    return this.place(path, bytes, linkOnce);
  }

  /**
   * What follows `expected` is claimed first, by a symbolic link that one of many can make, and that names the file which is
   * to follow. Whoever finds a claim finishes it, so one of a process that was stopped stands in nobody's way. The file can be
   * moved into place only once, and a claim is read before it is seen that `expected` is still there: so who wakes up late
   * moves nothing. Rests on `expected` never coming back once it was replaced.
   */
  async swap(path: string, expected: Uint8Array, bytes: Uint8Array): Promise<boolean> {
    const claim = join(this.root, INCOMING, `next-${createHash('sha256').update(path).update(expected).digest('hex')}`);
    const isExpected = async () => (await this.read(path))?.equals(expected) === true;
    return this.place(path, bytes, async (written, target) => {
      const claimed = await claimOnce(claim, written);
      if (await isExpected()) await orMissing(rename(claimed, target), undefined);
      // Once `expected` is gone a claim on what follows it is of use to nobody, whoever made it.
      if (!(await isExpected())) await rm(claim, { force: true });
      const isLeft = await removed(written);
      return claimed === written && !isLeft;
    });
  }

  list(folder: string): Promise<string[]> {
    return orMissing(readdir(join(this.root, folder)), []);
  }

  async remove(path: string): Promise<void> {
    this.folders.delete(join(this.root, path));
    await rm(join(this.root, path), { recursive: true, force: true });
  }

  private async place<T>(
    path: string,
    bytes: Uint8Array,
    put: (written: string, target: string) => Promise<T>,
  ): Promise<T> {
    const written = join(this.root, INCOMING, randomUUID());
    const target = join(this.root, path);
    await this.makeFolder(dirname(target));
    await writeDurably(written, bytes);
    try {
      const result = await put(written, target);
      await this.synchronised.submit(dirname(target));
      return result;
    } catch (error) {
      // A folder that was thought to be there may be gone: the next try looks again.
      this.folders.clear();
      throw error;
    }
  }

  private async makeFolder(folder: string): Promise<void> {
    if (this.folders.has(folder)) return;
    const first = await mkdir(folder, { recursive: true });
    // A new folder lasts only once the one above it is on disk.
    if (first !== undefined) {
      for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
    }
    this.folders.add(folder);
  }

  private async removeAbandoned(): Promise<void> {
    for (const name of await this.list(INCOMING)) {
      const modified = await orMissing(lstat(join(this.root, INCOMING, name)), undefined);
      if (modified !== undefined && Date.now() - modified.mtimeMs > ABANDONED) await this.remove(`${INCOMING}/${name}`);
    }
  }
}

/** What cannot be written whole is taken away again: tries that go on while a disk is full must not keep it full. */
async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.datasync();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

/** Whether the second name was free. The first one goes. */
async function linkOnce(written: string, target: string): Promise<boolean> {
  try {
    await link(written, target);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await removed(written);
  }
}

/** Whether it was still there. */
async function removed(path: string): Promise<boolean> {
  return orMissing(
    unlink(path).then(() => true),
    false,
  );
}

/** The file that a claim names: ours, if there was none. */
async function claimOnce(claim: string, written: string): Promise<string> {
  try {
    await symlink(basename(written), claim);
    return written;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    // One that is gone by now was finished: there is nothing of that name.
    return join(dirname(claim), await orMissing(readlink(claim), 'finished'));
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function orMissing<T, M>(result: Promise<T>, missing: M): Promise<T | M> {
  try {
    return await result;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return missing;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
