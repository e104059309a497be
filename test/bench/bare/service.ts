import type { FastifyInstance } from 'fastify';

/** Those of this script, by their names for whoever left one out. */
export function argumentsOf<const Names extends readonly string[]>(
  ...names: Names
): { [Index in keyof Names]: string } {
  const given = process.argv.slice(2);
  if (given.length !== names.length) throw new Error(`usage: ${process.argv[1] ?? ''} ${names.join(' ')}`);
  return given as { [Index in keyof Names]: string };
}

/** Prints its address when it listens; ends with SIGTERM. */
export async function listen(app: FastifyInstance, end: () => Promise<unknown>): Promise<void> {
  process.on('SIGTERM', () => {
    void app.close().then(end);
  });
  process.stdout.write(`${await app.listen({ port: 0, host: '127.0.0.1' })}\n`);
}

/** Bodies as the bytes that were signed. */
export function takeBytes(app: FastifyInstance): void {
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
}
