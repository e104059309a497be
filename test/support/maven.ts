import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitUntil } from '#embedded/wait-until.js';

const SERVERS = join(import.meta.dirname, '..', '.servers');
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';
const LONGEST_DOWNLOAD_MS = 300_000;

/** `copy` puts the jars there, dependencies included; `unpack` what is inside them. */
export interface MavenFolder {
  readonly name: string;
  readonly goal: 'copy-dependencies' | 'unpack-dependencies';
  /** `group:artifact:version`, and for one with all that it needs inside `group:artifact:version:classifier`. */
  readonly artifacts: readonly string[];
}

export function mavenIsThere(): boolean {
  return spawnSync('mvn', ['--version'], { stdio: 'ignore' }).status === 0;
}

export function isDownloaded({ name }: MavenFolder): boolean {
  return existsSync(join(SERVERS, name));
}

/**
 * The folder with the artifacts from Maven Central, fetched once and kept. It appears complete or not at all, however many
 * processes ask for it at once and wherever they are killed.
 */
export async function mavenFolder(wanted: MavenFolder): Promise<string> {
  const folder = join(SERVERS, wanted.name);
  const lock = `${folder}.lock`;
  await mkdir(SERVERS, { recursive: true });
  const claimed = async () => isDownloaded(wanted) || (await claim(lock));
  if (!(await waitUntil(claimed, LONGEST_DOWNLOAD_MS))) throw new Error(`Another process still downloads to ${folder}`);
  if (isDownloaded(wanted)) return folder;
  try {
    await download(wanted, folder);
  } finally {
    await rm(lock, { force: true });
  }
  return folder;
}

async function download({ name, goal, artifacts }: MavenFolder, folder: string): Promise<void> {
  const work = await mkdtemp(join(SERVERS, `${name}-`));
  try {
    await writeFile(join(work, 'pom.xml'), pom(artifacts));
    const complete = join(work, 'complete');
    const options = ['-q', '-B', '-f', join(work, 'pom.xml'), `-DoutputDirectory=${complete}`];
    await maven([...options, `${PLUGIN}:${goal}`]);
    await rename(complete, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Maven says on its standard output what went wrong. */
async function maven(options: string[]): Promise<void> {
  await new Promise<void>((done, failed) => {
    execFile('mvn', options, { timeout: LONGEST_DOWNLOAD_MS }, (error, output) => {
      if (error === null) done();
      else failed(new Error(`Maven failed: ${output.slice(0, 4_000)}`, { cause: error }));
    });
  });
}

/** False while a live process holds the lock; a dead one's lock is removed, for the next try. */
async function claim(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    const holder = Number(await readFile(lock, 'utf8').catch(() => String(process.pid)));
    if (!isAlive(holder)) await rm(lock, { force: true });
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function pom(artifacts: readonly string[]): string {
  const dependencies = artifacts.map((artifact) => {
    const [group, id, version, classifier] = artifact.split(':');
    const alone = '<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>';
    const classified = classifier === undefined ? '' : `<classifier>${classifier}</classifier>${alone}`;
    return `<dependency><groupId>${group}</groupId><artifactId>${id}</artifactId><version>${version}</version>${classified}</dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
    <groupId>sluice</groupId><artifactId>test-servers</artifactId><version>1</version>
    <dependencies>${dependencies.join('')}</dependencies></project>`;
}
