import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describeWhere } from './describe-where.js';
import { mavenFolder, mavenIsThere, type MavenFolder } from './maven.js';

const describeMaven = describeWhere(
  'Maven',
  mavenIsThere() ? { available: true } : { available: false, reason: 'the command mvn' },
);

describeMaven('a folder from Maven Central', () => {
  const wanted: MavenFolder = {
    name: `spec-${randomUUID()}`,
    goal: 'copy-dependencies',
    artifacts: ['org.slf4j:slf4j-simple:1.7.36'],
  };

  it('is downloaded once and whole for all who ask at the same time, after one who died asking', async () => {
    const servers = dirname(await mavenFolder({ ...wanted, name: `${wanted.name}-first` }));
    const dead = spawnSync(process.execPath, ['--version']).pid;
    await writeFile(`${servers}/${wanted.name}.lock`, String(dead));

    const folders = await Promise.all([mavenFolder(wanted), mavenFolder(wanted), mavenFolder(wanted)]);
    expect(new Set(folders).size).toBe(1);
    expect((await readdir(folders[0])).toSorted()).toEqual(['slf4j-api-1.7.36.jar', 'slf4j-simple-1.7.36.jar']);
    const left = (await readdir(servers)).filter((name) => name.startsWith(wanted.name));
    expect(left.toSorted()).toEqual([wanted.name, `${wanted.name}-first`]);
    for (const name of left) await rm(`${servers}/${name}`, { recursive: true });
  }, 300_000);

  it('is not there at all where an artifact is unknown', async () => {
    const nothing = { ...wanted, name: `${wanted.name}-none`, artifacts: ['org.slf4j:slf4j-nothing:0.0.0'] };
    await expect(mavenFolder(nothing)).rejects.toThrow('slf4j-nothing');
  }, 300_000);
});
