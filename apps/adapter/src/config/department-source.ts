import { z } from 'zod';

/** How many queries the source works on at once, and how many more may wait for their turn before a 503. */
const turns = {
  poolSize: z.int().min(1).max(100).default(4),
  maxWaiting: z.int().min(0).max(10_000).default(500),
};
const statementTimeoutMs = z.int().min(10).max(30_000).default(3000);

/** The offset that times without a zone are meant in. Fixed: a zone with summer time needs a view that gives UTC. */
const utcOffset = z
  .string()
  .regex(/^[+-](?:0\d|1[0-4]):[0-5]\d$/, 'an offset such as +08:00')
  .default('+00:00');

const urlOf = (...protocols: readonly string[]) =>
  z.string().refine(
    (text) => {
      const url = URL.parse(text);
      return url !== null && protocols.includes(url.protocol);
    },
    `must be a URL that starts with ${protocols.map((one) => `${one}//`).join(' or ')}`,
  );

export const postgresSource = z.strictObject({
  kind: z.literal('postgres'),
  url: urlOf('postgres:', 'postgresql:'),
  statementTimeoutMs,
  utcOffset,
  ...turns,
});
export type PostgresSourceConfig = z.output<typeof postgresSource>;

export const mysqlSource = z.strictObject({
  kind: z.literal('mysql'),
  url: urlOf('mysql:', 'mariadb:'),
  statementTimeoutMs,
  utcOffset,
  ...turns,
});
export type MysqlSourceConfig = z.output<typeof mysqlSource>;

export const filesSource = z.strictObject({
  kind: z.literal('files'),
  statementTimeoutMs,
  utcOffset,
  ...turns,
  poolSize: z.int().min(1).max(16).default(2),
  memoryMiB: z.int().min(32).max(65_536).default(256),
});
export type FilesSourceConfig = z.output<typeof filesSource>;

const httpAuth = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('bearer'), token: z.string().min(1).max(8192) }),
  /** RFC 9421 in the profile of Sluice itself. The file holds a private key: PEM or JWK. */
  z.strictObject({ kind: z.literal('signature'), keyFile: z.string().min(1) }),
]);

export const httpSource = z.strictObject({
  kind: z.literal('http'),
  /** What the paths of the resources are appended to. */
  url: urlOf('http:', 'https:'),
  auth: httpAuth.default({ kind: 'none' }),
  /** What readiness asks for below the URL. */
  checkPath: z
    .string()
    .regex(/^(\/[\w.~-]+)*$/, 'must be a plain path such as /health')
    .default(''),
  /** From the start of the request to the last byte of the answer. */
  timeoutMs: z.int().min(10).max(30_000).default(3000),
  /** An answer of more bytes is refused. */
  maxBytes: z
    .int()
    .min(1024)
    .max(256 * 1024 * 1024)
    .default(8 * 1024 * 1024),
  utcOffset,
  ...turns,
});
export type HttpSourceConfig = z.output<typeof httpSource>;
