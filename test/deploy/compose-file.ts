import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

export const root = join(import.meta.dirname, '..', '..');

export const CONDITIONS = ['service_healthy', 'service_completed_successfully'] as const;

/** `volume:target` or `./path:target`, with `:ro` where it may not be written. */
const shortMount = z.string().transform((text) => {
  const [source = '', target = '', mode] = text.split(':');
  return { source, target, readOnly: mode === 'ro', subpath: undefined };
});
const longMount = z
  .strictObject({
    type: z.literal('volume'),
    source: z.string(),
    target: z.string(),
    read_only: z.boolean().default(false),
    volume: z.strictObject({ subpath: z.string(), nocopy: z.literal(true) }),
  })
  .transform(({ source, target, read_only: readOnly, volume: { subpath } }) => ({ source, target, readOnly, subpath }));

const networks = z.union([
  z.array(z.string()).transform((names) => Object.fromEntries(names.map((name) => [name, { aliases: [] }]))),
  z.record(z.string(), z.strictObject({ aliases: z.array(z.string()).default([]) })),
]);

const healthcheck = z.union([
  z.strictObject({ disable: z.literal(true) }),
  z.strictObject({
    test: z.array(z.string()),
    interval: z.string(),
    timeout: z.string(),
    retries: z.int(),
    start_period: z.string(),
    start_interval: z.string(),
  }),
]);

/** What is used of it, and nothing else: a misspelt key is an error. */
const service = z.strictObject({
  image: z.string(),
  build: z.strictObject({ context: z.string(), dockerfile: z.string(), target: z.string() }).optional(),
  user: z.string().optional(),
  init: z.boolean().optional(),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()),
  working_dir: z.string().optional(),
  // Compose takes numbers and booleans too, and writes them its own way.
  environment: z.record(z.string(), z.string()),
  volumes: z.array(z.union([shortMount, longMount])).default([]),
  tmpfs: z.array(z.string()).default([]),
  shm_size: z.string().optional(),
  ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+:\d+$/)).default([]),
  networks: networks.default({}),
  network_mode: z.literal('none').optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.enum(CONDITIONS) })).default({}),
  healthcheck: healthcheck.optional(),
  profiles: z.array(z.string()).default([]),
  restart: z.enum(['no', 'unless-stopped']),
  stop_grace_period: z.string().optional(),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  logging: z.strictObject({ driver: z.string(), options: z.record(z.string(), z.string()) }),
  deploy: z.strictObject({
    resources: z.strictObject({
      limits: z.strictObject({ cpus: z.string(), memory: z.string().regex(/^\d+[MG]$/), pids: z.int() }),
    }),
  }),
});
export type ComposeService = z.output<typeof service>;

const file = z.object({
  name: z.string(),
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.strictObject({ internal: z.boolean().default(false) })),
  volumes: z.record(z.string(), z.strictObject({})),
});
export type ComposeFile = z.output<typeof file>;

/** Compose writes a dollar that is not its own as two. Throws ZodError. */
export function readComposeFile(): ComposeFile {
  const text = composeText();
  if (/[^$]\$[^$]/.test(text)) throw new Error('docker-compose.yml asks for a variable: it must need none');
  return file.parse(
    parse(
      text.replaceAll('$$', () => '$'),
      { merge: true },
    ),
  );
}

export function composeText(): string {
  return readFileSync(join(root, 'docker-compose.yml'), 'utf8');
}

/** The image that deploy/images makes. */
export function isOurs({ image }: ComposeService): boolean {
  return image.startsWith('sluice:');
}

/** `ledger` of a service that runs `dist/apps/ledger/src/main.js`, and which script of it. */
export function scriptOf({ entrypoint = [], command }: ComposeService): { app: string; script: string } | undefined {
  const path = [...entrypoint, ...command].find((argument) => argument.includes('dist/apps/'));
  const [, app, script] = /dist\/apps\/([a-z]+)\/src\/([a-z.]+)\.js$/.exec(path ?? '') ?? [];
  return app === undefined || script === undefined ? undefined : { app, script };
}
