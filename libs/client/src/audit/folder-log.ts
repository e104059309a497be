import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { shardListPath } from '#merkle/log-paths.js';
import { tilePath, type Tile } from '#merkle/tile.js';
import { ClientError } from '../client-error.js';
import type { FamilySource } from './family-source.js';
import { HttpLog } from './http-log.js';
import { MAX_CHECKPOINT_BYTES, mostBytes, type LogSource } from './log-source.js';

/** A log as files below a folder. Rejects with UNREACHABLE where a file is there and cannot be read. */
export class FolderLog implements LogSource {
  constructor(readonly place: string) {}

  readCheckpoint(): Promise<Uint8Array | undefined> {
    return this.read('checkpoint', MAX_CHECKPOINT_BYTES);
  }

  readTile(tile: Tile): Promise<Uint8Array | undefined> {
    return this.read(tilePath(tile), mostBytes(tile));
  }

  /** The first bytes of a file. At once, without another thread: for files of this size its wages would be a quarter of the audit's time. */
  read(path: string, most: number): Promise<Uint8Array | undefined> {
    const file = join(this.place, path);
    return new Promise((resolve) => {
      resolve(readFile(file, most + 1));
    });
  }
}

/** A family of logs as files below a folder, as `FolderLog` reads them. Logs that the list has elsewhere are read by HTTP. */
export class FolderFamily implements FamilySource {
  private readonly list: FolderLog;

  constructor(
    readonly place: string,
    readonly present?: readonly string[],
  ) {
    this.list = new FolderLog(place);
  }

  readList(version?: number): Promise<Uint8Array | undefined> {
    return this.list.read(shardListPath(version), MAX_CHECKPOINT_BYTES);
  }

  log(at: string): LogSource {
    return isUrl(at) ? new HttpLog(at) : new FolderLog(join(this.place, at));
  }
}

function isUrl(at: string): boolean {
  return /^https?:/.test(at);
}

function readFile(file: string, most: number): Uint8Array | undefined {
  try {
    return readUpTo(file, most);
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ClientError('UNREACHABLE', `${file} cannot be read: ${reason}`, { cause });
  }
}

function readUpTo(path: string, most: number): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.allocUnsafeSlow(Math.min(fstatSync(file).size, most));
    let length = 0;
    while (length < bytes.length) {
      const count = readSync(file, bytes, length, bytes.length - length, length);
      if (count === 0) break;
      length += count;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

/** A folder in the place of a file, and a file in the place of a folder, are no file at the path. */
function isMissing(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR';
}
