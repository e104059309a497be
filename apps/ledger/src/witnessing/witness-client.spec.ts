import { createHash } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WitnessClient } from './witness-client.js';

/** Milliseconds. */
const NEVER_REACHED = 30_000;
const BRIEFLY = 200;
let opened: { readonly server: Server; readonly client: WitnessClient }[];

beforeEach(() => {
  opened = [];
});
afterEach(async () => {
  for (const { server, client } of opened) {
    server.close().closeAllConnections();
    await client.close();
  }
});

async function witness(answer: RequestListener, timeout = NEVER_REACHED): Promise<WitnessClient> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new WitnessClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}/witness/`, timeout);
  opened.push({ server, client });
  return client;
}

it('reads what a witness shows of a log, by the hash of its name', async () => {
  const hash = createHash('sha256').update('log/a').digest('hex');
  const client = await witness(({ method, url }, reply) => {
    const isIt = method === 'GET' && url === `/witness/${hash}/checkpoint`;
    reply.writeHead(isIt ? 200 : 404).end('a note');
  });
  expect(await client.shown('log/a')).toEqual({ kind: 'shown', note: new Uint8Array(Buffer.from('a note')) });
  expect(await client.shown('log/b')).toEqual({ kind: 'failed', reason: 'answered 404' });
});

it('follows nobody elsewhere for it', async () => {
  const client = await witness((_request, reply) => {
    reply.writeHead(302, { location: '/elsewhere' }).end();
  });
  expect(await client.shown('log/a')).toEqual({ kind: 'failed', reason: 'answered 302' });
});

it.each<[string, RequestListener]>([
  ['hangs', () => undefined],
  ['hangs in the middle', (_request, reply) => reply.write('log/a\n')],
])('waits for it as long as for a cosignature where the witness %s', async (_, answer) => {
  const client = await witness(answer, BRIEFLY);
  expect(await client.shown('log/a')).toEqual({ kind: 'failed', reason: 'no answer in time' });
});

it('takes no more than a checkpoint may be', async () => {
  const client = await witness((_request, reply) => {
    const more = () => {
      while (reply.write('x'.repeat(65_536)));
      reply.once('drain', more);
    };
    more();
  });
  expect(await client.shown('log/a')).toMatchObject({
    kind: 'failed',
    reason: expect.stringMatching(/UND_ERR|cannot be asked/) as string,
  });
});
