import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readComposeFile, root } from './compose-file.js';
import { copiedFromContext, readDockerfile } from './dockerfile.js';

const stages = readDockerfile();
const stage = (name: string) => stages.find((one) => one.name === name)!;
const texts = (name: string, instruction: string) =>
  stage(name)
    .instructions.filter((one) => one.name === instruction)
    .map(({ text }) => text);

it('stands on the official Node, by the very version that the project runs on', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string }>;
  };
  expect(stage('base').from).toBe(`node:${packages['node_modules/node']!.version}-bookworm-slim`);
  for (const { name, from } of stages) if (name !== 'base') expect(from).toBe('base');
});

it('ends with the stage that docker-compose.yml names', () => {
  const { services } = readComposeFile();
  const builds = Object.values(services).flatMap(({ build }) => (build === undefined ? [] : [build]));
  expect(builds).toEqual([{ context: '.', dockerfile: 'deploy/images/Dockerfile', target: stages.at(-1)!.name }]);
});

it('keeps what only building needs out of the image', () => {
  expect(texts('dependencies', 'RUN')[0]).toContain('npm ci --omit=dev');
  const [modules, ...rest] = texts('runtime', 'COPY');
  expect(modules).toBe('--from=dependencies /app/node_modules node_modules');
  expect(rest.filter((text) => text.includes('--from='))).toEqual(['--from=build /app/dist dist']);
});

it('runs by a number that is not root’s, and says whether it is well', () => {
  expect(texts('runtime', 'USER')).toEqual(['1000:1000']);
  const [healthcheck = ''] = texts('runtime', 'HEALTHCHECK');
  expect(healthcheck).toContain('CMD ["node", "deploy/images/healthcheck.mjs"]');
  expect(texts('runtime', 'COPY').join('\n')).toContain('deploy/images/healthcheck.mjs');
});

it('copies what exists and what .dockerignore lets through', () => {
  const ignore = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
  expect(ignore).toContain('*');
  const copied = stages.flatMap(({ instructions }) =>
    instructions.filter(({ name }) => name === 'COPY').flatMap(copiedFromContext),
  );
  expect(copied.length).toBeGreaterThan(0);
  for (const path of copied) {
    expect(existsSync(join(root, path))).toBe(true);
    expect(ignore.some((line) => line === `!${path}`)).toBe(true);
  }
});

it('opens the ports that services listen on', () => {
  const ports = Object.values(readComposeFile().services).flatMap(({ environment: { PORT } }) => PORT ?? []);
  expect(texts('runtime', 'EXPOSE')).toEqual([[...new Set(ports)].sort().join(' ')]);
});
