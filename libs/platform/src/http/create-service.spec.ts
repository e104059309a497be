import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { Controller, Get, Module, Post, Req } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Problem } from '#exchange/problem.js';
import { NotReady, Readiness } from '../health/readiness.js';
import { createLogger } from '../logger.js';
import { createService } from './create-service.js';
import { parseBody } from './json-body.js';
import { JsonBody } from './openapi.js';

const order = z.strictObject({ pages: z.int() });

@Controller('orders')
class OrderController {
  @Post()
  @JsonBody(order, { pages: 3 })
  take(@Req() request: FastifyRequest) {
    return parseBody(request.body, order);
  }

  @Get('denied')
  denied() {
    throw new Problem('NO_AGREEMENT', 'nothing covers this', { resource: 'a/b' });
  }

  @Post('scanned')
  scan(@Req() { body }: FastifyRequest) {
    return { bytes: Buffer.isBuffer(body) ? body.length : 0 };
  }

  @Get(':id/lines')
  lines() {
    return [];
  }

  @Get('broken')
  broken() {
    throw new Error('relation "secret_table" does not exist');
  }
}

@Controller('files')
class FileController {
  @Get('*')
  read() {
    return {};
  }
}

@Module({ controllers: [OrderController, FileController] })
class OrderModule {}

let app: NestFastifyApplication;
let base: string;
const logged: string[] = [];

beforeAll(async () => {
  app = await createService({
    module: OrderModule,
    logger: createLogger({ name: 'orders' }, { write: (line: string) => void logged.push(line) }),
    document: { title: 'Orders', description: 'For the test', version: '1' },
    bodyLimit: 1000,
    rawBodies: new Map([['/orders/scanned', 2000]]),
  });
  await app.listen(0, '127.0.0.1');
  base = await app.getUrl();
});
afterAll(() => app.close());

const post = (body: string, type = 'application/json') =>
  fetch(`${base}/orders`, { method: 'POST', body, headers: { 'content-type': type } });
const read = async (answer: Response) => ({ status: answer.status, ...((await answer.json()) as { code?: string }) });

it('takes what fits', async () => {
  expect(await read(await post('{"pages":3}'))).toEqual({ status: 201, pages: 3 });
});

it.each(['image/png', 'text/plain', 'application/json'])('takes raw bodies of their own size, as %s', async (type) => {
  const scan = (bytes: number) =>
    fetch(`${base}/orders/scanned`, { method: 'POST', body: 'x'.repeat(bytes), headers: { 'content-type': type } });
  expect(await read(await scan(2000))).toEqual({ status: 201, bytes: 2000 });
  expect(await read(await scan(2001))).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
});

it.each([
  ['malformed JSON', () => post('{'), 400, 'MALFORMED_JSON'],
  ['a wrong type', () => post('{"pages":"3"}'), 400, 'INVALID_REQUEST'],
  ['a body too large', () => post(`{"pages":${'1'.repeat(2000)}}`), 413, 'BODY_TOO_LARGE'],
  ['another media type', () => post('pages=3', 'text/plain'), 415, 'MEDIA_TYPE_UNSUPPORTED'],
  ['a form', () => post('pages=3', 'application/x-www-form-urlencoded'), 415, 'MEDIA_TYPE_UNSUPPORTED'],
  ['no body', () => post(''), 400, 'MALFORMED_JSON'],
  ['an unknown path', () => fetch(`${base}/nothing`), 404, 'NOT_FOUND'],
  ['a method that the path has not', () => fetch(`${base}/orders?x=1`, { method: 'PUT' }), 405, 'METHOD_NOT_ALLOWED'],
  ['a broken escape in the path', () => fetch(`${base}/%ZZ`), 404, 'NOT_FOUND'],
  ['a denial', () => fetch(`${base}/orders/denied`), 403, 'NO_AGREEMENT'],
])('answers %s with its problem', async (_, ask, status, code) => {
  const answer = await ask();
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(await read(answer)).toMatchObject({ status, code });
});

it.each([
  ['/orders', 'DELETE', 'POST'],
  ['/orders/7/lines', 'POST', 'GET, HEAD'],
  ['/files/a/b', 'POST', 'GET, HEAD'],
  ['/files/a/b', 'QUERY', 'GET, HEAD'],
])('says which methods %s has instead of %s', async (path, method, allow) => {
  const answer = await fetch(`${base}${path}`, { method });
  expect(answer.status).toBe(405);
  expect(answer.headers.get('allow')).toBe(allow);
});

it('says that there is no such method before it says that the body is wrong', async () => {
  const answer = await fetch(`${base}/files/a/b`, { method: 'PUT', body: 'no JSON' });
  expect(await read(answer)).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' });
});

it('says nothing of an error that it did not foresee', async () => {
  const answer = await fetch(`${base}/orders/broken`);
  const text = await answer.text();
  expect(answer.status).toBe(500);
  expect(JSON.parse(text)).toMatchObject({ code: 'INTERNAL' });
  expect(text).not.toContain('secret_table');
});

/** All that is answered to these bytes, until the service closes. */
async function exchangeBytes(text: string): Promise<string> {
  const { port, hostname } = new URL(base);
  const socket = connect(Number(port), hostname, () => socket.write(text));
  const answered: Buffer[] = [];
  socket.on('data', (bytes: Buffer) => answered.push(bytes));
  await once(socket, 'close');
  return Buffer.concat(answered).toString();
}

it.each([
  ['bytes that are no HTTP', '\0\0\0 rubbish\r\n\r\n', 400, 'INVALID_REQUEST'],
  ['no Host', 'GET /orders/7/lines HTTP/1.1\r\nconnection: close\r\n\r\n', 400, 'INVALID_REQUEST'],
  ['a tunnel', 'CONNECT a:1 HTTP/1.1\r\nhost: a:1\r\n\r\n', 405, 'METHOD_NOT_ALLOWED'],
])('answers %s with its problem, and lives on', async (_, text, status, code) => {
  const answer = await exchangeBytes(text);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*"code":"${code}"`));
  expect((await fetch(`${base}/health/live`)).status).toBe(200);
});

it('does what it is asked where a caller expects what it does not know', async () => {
  const headers = 'host: a\r\nconnection: close\r\nexpect: the impossible\r\n';
  expect(await exchangeBytes(`GET /orders/7/lines HTTP/1.1\r\n${headers}\r\n`)).toMatch(/^HTTP\/1\.1 200 /);
});

it('lets no cache keep an answer, no browser guess at it and no site frame it, errors and documentation included', async () => {
  for (const path of ['/orders/7/lines', '/nothing', '/docs', '/metrics', '/health/ready']) {
    const { headers } = await fetch(`${base}${path}`);
    expect([path, headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual([
      path,
      'no-store',
      'nosniff',
    ]);
    expect(headers.get('content-security-policy')).toBe("frame-ancestors 'none'");
  }
});

it('does not take a caller who leaves in the middle of a request for an error of its own', async () => {
  const { port, hostname } = new URL(base);
  const before = logged.length;
  const socket = connect(Number(port), hostname, () =>
    socket.write('POST /orders HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{'),
  );
  const [request] = (await once(app.getHttpServer(), 'request')) as [IncomingMessage];
  socket.destroy();
  await new Promise((resolve) => request.once('close', resolve));
  await fetch(`${base}/health/live`);
  expect(logged.slice(before).join('')).toBe('');
});

it('is ready until a check fails, names it, and keeps to the log what a driver says', async () => {
  expect((await fetch(`${base}/health/ready`)).status).toBe(200);
  app.get(Readiness).register('database', () => {
    throw new Error('connect ECONNREFUSED 10.1.2.3:5432');
  });
  app.get(Readiness).register('registry', () => {
    throw new Problem('REGISTRY_STALE');
  });
  app.get(Readiness).register('outbox', () => {
    throw new NotReady('3 events wait');
  });
  const answer = await fetch(`${base}/health/ready`);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toEqual({
    ready: false,
    checks: { database: 'does not work: the log says why', registry: 'REGISTRY_STALE', outbox: '3 events wait' },
  });
  expect(logged.join('')).toContain('10.1.2.3:5432');
});

it('counts requests by route, and no path of a caller becomes a label', async () => {
  await fetch(`${base}/person-440301`);
  const text = await (await fetch(`${base}/metrics`)).text();
  expect(text).toMatch(/http_request_duration_seconds_count\{method="POST",route="\/orders",status="201"\} [1-9]/);
  expect(text).not.toContain('person-440301');
});

it('serves an OpenAPI 3.1 document made from the schema that validates', async () => {
  const document = (await (await fetch(`${base}/docs/openapi.json`)).json()) as {
    openapi: string;
    paths: Record<string, { post: { requestBody: { content: Record<string, { schema: object }> } } }>;
  };
  expect(document.openapi).toBe('3.1.0');
  expect(document.paths['/orders']?.post.requestBody.content['application/json']?.schema).toMatchObject({
    type: 'object',
    properties: { pages: { type: 'integer' } },
    additionalProperties: false,
    example: { pages: 3 },
  });
  expect(await (await fetch(`${base}/docs`)).text()).toContain('swagger-ui');
});

it('refuses what still comes when it has begun to stop', async () => {
  const stopping = await createService({
    module: OrderModule,
    logger: createLogger({ name: 'orders', level: 'silent' }),
    document: { title: 'Orders', description: 'For the test', version: '1' },
  });
  const begun = Promise.withResolvers<undefined>();
  const end = Promise.withResolvers<undefined>();
  stopping
    .getHttpAdapter()
    .getInstance()
    .addHook('preClose', async () => {
      begun.resolve(undefined);
      await end.promise;
    });
  await stopping.listen(0, '127.0.0.1');
  const url = await stopping.getUrl();
  const closed = stopping.close();
  await begun.promise;
  const answer = await fetch(`${url}/orders/7/lines`);
  end.resolve(undefined);
  expect(await read(answer)).toMatchObject({ status: 503, code: 'SHUTTING_DOWN' });
  await closed;
});
