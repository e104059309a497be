import { spawnSync } from 'node:child_process';

/** Whether there is no Java 17 or newer. */
export function javaIsMissing(): boolean {
  const version = /version "(\d+)/.exec(spawnSync('java', ['-version'], { encoding: 'utf8' }).stderr)?.[1];
  return version === undefined || Number(version) < 17;
}
