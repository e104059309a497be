import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { Problem, problemDetails } from '#exchange/problem.js';
import { budgetBodies } from './body-budget.js';
import { answerClientError } from './client-error.js';
import { limitConnections } from './connection-limits.js';

let instance: FastifyInstance;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await instance.close();
});

async function open(text: string): Promise<Socket> {
  const address = instance.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const socket = connect(port, '127.0.0.1', () => socket.write(text));
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

const problemIn = (answer: string) => problemDetails.parse(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))));

describe('a request that is none', () => {
  const SHORT = { maxHeaderSize: 2000, headersTimeout: 100, requestTimeout: 100, connectionsCheckingInterval: 20 };
  beforeEach(async () => {
    instance = fastify({ clientErrorHandler: answerClientError, requestTimeout: 100, http: SHORT });
    instance.post('/', () => 'read');
    await instance.listen({ port: 0, host: '127.0.0.1' });
  });

  it.each([
    ['rubbish', '\0\0\r\n\r\n', 400, 'INVALID_REQUEST'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
      400,
      'INVALID_REQUEST',
    ],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n',
      400,
      'INVALID_REQUEST',
    ],
    ['lines that end in LF alone', 'POST / HTTP/1.1\nhost: a\n\n', 400, 'INVALID_REQUEST'],
    ['a header folded over two lines', 'POST / HTTP/1.1\r\nhost: a\r\nx: a\r\n b\r\n\r\n', 400, 'INVALID_REQUEST'],
    ['headers past the limit', `POST / HTTP/1.1\r\nhost: ${'a'.repeat(3000)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
    ['no request at all', '', 408, 'REQUEST_TIMEOUT'],
    ['headers that do not end', 'POST / HTTP/1.1\r\nhost: a\r\n', 408, 'REQUEST_TIMEOUT'],
    [
      'a body that does not end',
      'POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n[',
      408,
      'REQUEST_TIMEOUT',
    ],
  ])('is answered with a problem and closed: %s', async (_, text, status, code) => {
    const answer = await readAll(await open(text));
    expect(problemIn(answer)).toMatchObject({ status, code });
    expect(answer).toContain(`HTTP/1.1 ${status} `);
  });
});

describe('connections', () => {
  it('end where an answer is not taken, and not while one is being made', async () => {
    const made = Promise.withResolvers<string>();
    instance = fastify();
    limitConnections(instance, { stallTimeout: 50, maxConnections: 10 });
    instance.get('/slow', () => made.promise);
    instance.get('/large', () => Buffer.alloc(50_000_000));
    await instance.listen({ port: 0, host: '127.0.0.1' });
    const ended = once(instance.server, 'connection').then(([socket]) => once(socket as Socket, 'close'));
    const slow = await open('GET /slow HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
    const stalled = Promise.withResolvers<unknown>();
    instance.server.once('connection', (socket: Socket) => socket.once('close', stalled.resolve));
    const large = await open('GET /large HTTP/1.1\r\nhost: a\r\n\r\n');
    large.pause();
    await stalled.promise;
    made.resolve('made');
    expect(await readAll(slow)).toContain('made');
    await ended;
  });

  it('are closed unread past their number', async () => {
    instance = fastify();
    limitConnections(instance, { stallTimeout: 1000, maxConnections: 1 });
    instance.get('/', () => 'read');
    await instance.listen({ port: 0, host: '127.0.0.1' });
    const first = await open('');
    expect(await readAll(await open('GET / HTTP/1.1\r\nhost: a\r\n\r\n'))).toBe('');
    first.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
    expect(await readAll(first)).toContain('read');
  });
});

describe('bodies', () => {
  const post = (headers: string, body = '', connection = 'close') =>
    `POST / HTTP/1.1\r\nhost: a\r\nconnection: ${connection}\r\ncontent-type: text/plain\r\n${headers}\r\n\r\n${body}`;
  const body = 'a'.repeat(8000);
  const length = 'content-length: 8000';
  const chunked = 'transfer-encoding: chunked';
  let arrived: PromiseWithResolvers<undefined>;
  beforeEach(async () => {
    arrived = Promise.withResolvers();
    instance = fastify({ bodyLimit: 10_000 });
    instance.addContentTypeParser('*', { parseAs: 'string' }, (_request, text, done) => {
      done(null, text);
    });
    const answer = (problem: unknown, reply: FastifyReply) => {
      if (!(problem instanceof Problem)) throw problem;
      void reply.status(problem.status).send(problem.code);
    };
    instance.setErrorHandler((error, _request, reply) => {
      answer(error, reply);
    });
    budgetBodies(
      instance,
      (problem, _request, reply) => {
        answer(problem, reply);
      },
      12_000,
    );
    instance.post('/', () => 'read');
    await instance.listen({ port: 0, host: '127.0.0.1' });
    instance.server.once('request', (request: IncomingMessage) => {
      let bytes = 0;
      request.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes === body.length - 1) arrived.resolve(undefined);
      });
    });
  });

  it('are refused where more would be there at once than there is room for, and taken again afterwards', async () => {
    const first = await open(post(length, body.slice(1)));
    await arrived.promise;
    expect(await readAll(await open(post(length, body, 'keep-alive')))).toMatch(/^HTTP\/1\.1 503 [^]*SERVICE_BUSY$/);
    expect(await readAll(await open(post(chunked, `1f40\r\n${body}\r\n0\r\n\r\n`)))).toContain('SERVICE_BUSY');
    expect(await readAll(await open(post('content-length: 1', 'a')))).toContain('read');
    first.write('a');
    expect(await readAll(first)).toContain('read');
    expect(await readAll(await open(post(length, body)))).toContain('read');
  });

  it('take no room while they are only announced', async () => {
    for (let count = 0; count < 4; count += 1) await open(post(length));
    expect(await readAll(await open(post(length, body)))).toContain('read');
  });

  it.each(['content-encoding: gzip', 'transfer-encoding: gzip, chunked'])('are refused with %s', async (header) => {
    expect(await readAll(await open(post(header)))).toMatch(/^HTTP\/1\.1 415 [^]*MEDIA_TYPE_UNSUPPORTED$/);
  });
});
