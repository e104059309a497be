import { setTimeout as pause } from 'node:timers/promises';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  paginateListObjectsV2,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import { LedgerError } from '../ledger-error.js';
import { s3Failure, statusOf } from './s3-failure.js';
import { servedAs } from './served-as.js';
import type { S3Place } from './storage-variables.js';
import type { TileStore } from './tile-store.js';

/** Milliseconds: to be let in, for one try, of which the client makes three, and for all of them. */
const PATIENCE = { connect: 2000, attempt: 5000, operation: 12_000 };
/** How often a write is tried that the store did not decide because another write of the same key was under way. */
const CONFLICT_TRIES = 5;
/** Keys that one request may remove. */
const REMOVED_AT_ONCE = 1000;

type Condition = { readonly IfNoneMatch: '*' } | { readonly IfMatch: string };

export function s3Client({ endpoint, region, pathStyle }: S3Place, patience = PATIENCE): S3Client {
  return new S3Client({
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    forcePathStyle: pathStyle,
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: patience.connect,
      requestTimeout: patience.attempt,
      throwOnRequestTimeout: true,
    },
  });
}

/**
 * A prefix of a bucket. Rests on what S3 promises: reads see every write that was answered, and a conditional PUT is decided
 * once for all writers. Rejects with STORE_UNAVAILABLE and STORE_REFUSED.
 */
export class S3TileStore implements TileStore {
  private constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
    /** Empty, or with a slash at its end. */
    private readonly prefix: string,
  ) {}

  /** Throws STORE_UNSUITABLE where a condition that does not hold does not stop a write. */
  static async open(client: S3Client, { bucket, prefix }: S3Place, path: string): Promise<S3TileStore> {
    const folder = [prefix, path].filter((part) => part !== '').join('/');
    const store = new S3TileStore(client, bucket, folder === '' ? '' : `${folder}/`);
    await store.requireConditions();
    return store;
  }

  async read(path: string): Promise<Buffer | undefined> {
    return (await this.get(path))?.bytes;
  }

  create(path: string, bytes: Uint8Array): Promise<boolean> {
    return this.put(path, bytes, { IfNoneMatch: '*' });
  }

  async swap(path: string, expected: Uint8Array, bytes: Uint8Array): Promise<boolean> {
    const there = await this.get(path);
    if (there?.bytes.equals(expected) !== true) return false;
    return this.put(path, bytes, { IfMatch: there.etag });
  }

  async list(folder: string): Promise<string[]> {
    const beginning = `${this.prefix}${folder}/`;
    const names: string[] = [];
    await this.eachPage(beginning, '/', ({ Contents = [], CommonPrefixes = [] }) => {
      names.push(...Contents.map(({ Key = '' }) => Key.slice(beginning.length)));
      names.push(...CommonPrefixes.map(({ Prefix = '' }) => Prefix.slice(beginning.length, -1)));
    });
    return names.filter((name) => name !== '');
  }

  async remove(path: string): Promise<void> {
    const own = this.prefix + path;
    const keys: string[] = [];
    await this.eachPage(own, undefined, ({ Contents = [] }) => {
      keys.push(...Contents.map(({ Key = '' }) => Key).filter((key) => key === own || key.startsWith(`${own}/`)));
    });
    for (let from = 0; from < keys.length; from += REMOVED_AT_ONCE) {
      const objects = keys.slice(from, from + REMOVED_AT_ONCE).map((Key) => ({ Key }));
      const { Errors: [first] = [] } = await this.attempt(`remove ${path}`, (options) =>
        this.client.send(
          new DeleteObjectsCommand({ Bucket: this.bucket, Delete: { Objects: objects, Quiet: true } }),
          options,
        ),
      );
      if (first !== undefined)
        throw new LedgerError('STORE_REFUSED', `remove ${first.Key ?? path}: ${first.Code ?? ''}`);
    }
  }

  private async get(path: string): Promise<{ readonly bytes: Buffer; readonly etag: string } | undefined> {
    return this.attempt(`read ${path}`, async (options) => {
      try {
        const command = new GetObjectCommand({ Bucket: this.bucket, Key: this.prefix + path });
        const { Body, ETag = '' } = await this.client.send(command, options);
        const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
        return { bytes, etag: ETag };
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    });
  }

  /** Whether the condition held. */
  private async put(path: string, bytes: Uint8Array, condition: Condition): Promise<boolean> {
    const { contentType, cacheControl } = servedAs(path);
    const where = { Bucket: this.bucket, Key: this.prefix + path };
    const command = new PutObjectCommand({
      ...{ ...where, ...condition, Body: bytes, ContentType: contentType, CacheControl: cacheControl },
    });
    return this.attempt(`write ${path}`, async (options) => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          await this.client.send(command, options);
          return true;
        } catch (error) {
          if (statusOf(error) === 412 || ('IfMatch' in condition && error instanceof NoSuchKey)) return false;
          if (statusOf(error) !== 409 || attempt === CONFLICT_TRIES) throw error;
          await pause(20 * attempt);
        }
      }
    });
  }

  private async eachPage(
    beginning: string,
    delimiter: string | undefined,
    take: (page: ListObjectsV2CommandOutput) => void,
  ): Promise<void> {
    const { client, bucket: Bucket } = this;
    const asked = { Bucket, Prefix: beginning, Delimiter: delimiter };
    await this.attempt(`list ${beginning}`, async (options) => {
      const pages = paginateListObjectsV2({ client }, asked, options);
      for await (const page of pages) take(page);
    });
  }

  private async attempt<T>(what: string, act: (options: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> {
    try {
      return await act({ abortSignal: AbortSignal.timeout(PATIENCE.operation) });
    } catch (error) {
      throw s3Failure(error, `s3://${this.bucket}/${this.prefix}: ${what}`);
    }
  }

  private async requireConditions(): Promise<void> {
    const probe = '.conditions';
    const bytes = Buffer.from('A store of tiles must refuse to write this again.\n');
    await this.create(probe, bytes);
    const ignored = (await this.create(probe, bytes)) || (await this.put(probe, bytes, { IfMatch: '"0"' }));
    if (!ignored) return;
    throw new LedgerError(
      'STORE_UNSUITABLE',
      `s3://${this.bucket} ignores If-None-Match or If-Match. Give the ledger a store that honours them: without, two ` +
        'ledgers could show two histories.',
    );
  }
}
