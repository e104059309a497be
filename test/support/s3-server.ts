import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { waitUntil } from '#embedded/wait-until.js';
import type { Availability } from './describe-where.js';
import { endProcess } from './end-process.js';
import { isDownloaded, mavenFolder, mavenIsThere, type MavenFolder } from './maven.js';
import { javaIsMissing } from './java.js';
import { S3Door } from './s3-door.js';

const S3MOCK: MavenFolder = {
  name: 's3mock-4.11.0',
  goal: 'copy-dependencies',
  artifacts: ['com.adobe.testing:s3mock:4.11.0:exec'],
};
/** One that cannot start ends by itself; one that is slow is waited for. */
const READY_MS = 240_000;

/** What the SDK finds by itself, in this process and in those that are started with it. */
export const S3_CREDENTIALS = { AWS_ACCESS_KEY_ID: 'tester', AWS_SECRET_ACCESS_KEY: 'not-a-secret' };

export interface S3Server {
  /** All requests go through it. */
  readonly door: S3Door;
  /** What the SDK needs of it, in this process and in others. */
  readonly credentials: Readonly<Record<string, string>>;
  /** `isPublic`: anybody may read it, as they may where a web server stands before it. */
  newBucket(options?: { readonly isPublic?: boolean }): Promise<string>;
  /** Removes what it holds, where it is ours. */
  stop(): Promise<void>;
}

/** S3_SERVER lends the suites a server, whose keys are in the SDK's own variables. */
export function s3Availability(): Availability {
  if (process.env.S3_SERVER !== undefined) return { available: true };
  if (javaIsMissing()) return { available: false, reason: 'Java 17 or newer' };
  if (!isDownloaded(S3MOCK) && !mavenIsThere()) return { available: false, reason: 'Maven, to download it with' };
  return { available: true };
}

/** The server that S3_SERVER names, or Adobe's S3Mock, which runs without containers. */
export async function startS3(): Promise<S3Server> {
  const lent = process.env.S3_SERVER;
  if (lent !== undefined) return behindDoor(lent, { isAtomic: true, asksForKeys: true }, () => Promise.resolve());
  Object.assign(process.env, S3_CREDENTIALS);
  const mock = await startS3Mock();
  // S3Mock looks at a condition and writes afterwards, so of writes at the same time several win; and who reads meanwhile
  // can be given half of each. S3 lets one win, and gives readers whole objects.
  return behindDoor(mock.url, { isAtomic: false, asksForKeys: false }, () => mock.stop());
}

async function behindDoor(
  server: string,
  { isAtomic, asksForKeys }: { readonly isAtomic: boolean; readonly asksForKeys: boolean },
  stop: () => Promise<void>,
): Promise<S3Server> {
  const door = await S3Door.open(server, { oneAtATime: !isAtomic });
  const client = new S3Client({ endpoint: server, forcePathStyle: true, region: 'us-east-1' });
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = process.env;
  return {
    door,
    credentials: { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY },
    async newBucket({ isPublic = false } = {}) {
      const Bucket = `tiles-${randomBytes(6).toString('hex')}`;
      await client.send(new CreateBucketCommand({ Bucket }));
      if (isPublic && asksForKeys) await client.send(new PutBucketPolicyCommand({ Bucket, Policy: readByAll(Bucket) }));
      return Bucket;
    },
    async stop() {
      client.destroy();
      await door.close();
      await stop();
    },
  };
}

/** Who may not list a bucket is told "forbidden" of what is not there. */
function readByAll(bucket: string): string {
  const allow = (action: string, resource: string) => ({
    ...{ Effect: 'Allow', Principal: { AWS: ['*'] } },
    ...{ Action: [action], Resource: [`arn:aws:s3:::${resource}`] },
  });
  const statements = [allow('s3:GetObject', `${bucket}/*`), allow('s3:ListBucket', bucket)];
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

async function startS3Mock(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const jar = join(await mavenFolder(S3MOCK), 's3mock-4.11.0-exec.jar');
  const dir = await mkdtemp(join(tmpdir(), 'sluice-s3-'));
  const log = join(dir, 's3mock.log');
  const output = openSync(log, 'a');
  const settings = {
    'server.port': '0',
    'com.adobe.testing.s3mock.httpPort': '0',
    'com.adobe.testing.s3mock.store.root': join(dir, 'objects'),
  };
  const options = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
  // Killed, it leaves the files of its requests and of Tomcat behind, which otherwise lie in the temporary folder of all.
  const flags = ['-Xmx256m', '-XX:TieredStopAtLevel=1', `-Djava.io.tmpdir=${dir}`];
  const java = spawn('java', [...flags, '-jar', jar, ...options], {
    stdio: ['ignore', output, output],
  });
  const orphaned = () => java.kill('SIGKILL');
  process.once('exit', orphaned);
  const port = () => /Tomcat started on ports .*?(\d+) \(http\)/.exec(readFileSync(log, 'utf8'))?.[1];
  const started = () => java.exitCode !== null || port() !== undefined;
  if (!(await waitUntil(started, READY_MS)) || java.exitCode !== null) {
    java.kill('SIGKILL');
    throw new Error(`S3Mock did not start:\n${readFileSync(log, 'utf8').slice(-4_000)}`);
  }
  return {
    url: `http://127.0.0.1:${port()}`,
    async stop() {
      await endProcess(java, 'SIGKILL');
      process.off('exit', orphaned);
      await rm(dir, { recursive: true, force: true });
    },
  };
}
