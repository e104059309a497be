import { createPublicKey } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Body, Controller, Get, Module, Post, UseGuards, type DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino } from 'pino';
import { generateSigningKey } from '#exchange/keys.js';
import { Problem } from '#exchange/problem.js';
import { contentDigest, signTarget } from '#exchange/signature-profile.js';
import { createService } from '#platform/http/create-service.js';
import type { AuthenticCaller } from './authentic-caller.js';
import type { IncomingRequest } from './incoming-request.js';
import { KEY_REGISTRY, type KeyRegistry, type RegisteredKey } from './key-registry.js';
import type { RefusedRequest } from './refused-request.js';
import {
  Caller,
  REFUSAL_RECORDER,
  SIGNATURE_SETTINGS,
  SignatureGuard,
  type RefusalRecorder,
  type SignatureSettings,
} from './signature.guard.js';

const key = generateSigningKey();
const AUTHORITY = 'gateway.example';

@Controller('v1')
class GuardedController {
  @Get('who')
  @UseGuards(SignatureGuard)
  who(@Caller() { system, exchangeId }: AuthenticCaller) {
    return { system, exchangeId };
  }

  @Post('echo')
  @UseGuards(SignatureGuard)
  echo(@Caller() { system }: AuthenticCaller, @Body() body: Buffer) {
    return { system, bytes: body.length };
  }

  @Get('open')
  open(@Caller() caller: AuthenticCaller) {
    return caller;
  }
}

@Module({})
class GuardedModule {
  static with(keys: KeyRegistry, refusals: RefusalRecorder): DynamicModule {
    const settings: SignatureSettings = { authorities: new Set([AUTHORITY]), now: () => new Date() };
    return {
      module: GuardedModule,
      controllers: [GuardedController],
      providers: [
        { provide: SIGNATURE_SETTINGS, useValue: settings },
        { provide: KEY_REGISTRY, useValue: keys },
        { provide: REFUSAL_RECORDER, useValue: refusals },
      ],
    };
  }
}

const refused: { refusal: RefusedRequest; request: IncomingRequest }[] = [];
let registered: RegisteredKey;
let recording: (() => Promise<void>) | undefined;
let app: NestFastifyApplication;
let port: number;

beforeAll(async () => {
  const module = GuardedModule.with(
    { find: (keyid) => (keyid === key.kid ? registered : undefined) },
    {
      refused: async (refusal, request) => {
        refused.push({ refusal, request });
        await recording?.();
      },
    },
  );
  const document = { title: 't', description: 'd', version: '1' };
  app = await createService({ module, logger: pino({ level: 'silent' }), document });
  await app.listen(0, '127.0.0.1');
  port = Number(new URL(await app.getUrl()).port);
});

afterAll(() => app.close());

beforeEach(() => {
  registered = { system: 'housing/eligibility', publicKey: createPublicKey(key.key) };
  refused.length = 0;
  recording = undefined;
});

/** Byte for byte: what no client library would send can be sent. */
async function send(head: readonly string[], body = ''): Promise<{ status: number; answer: Record<string, unknown> }> {
  const socket = connect(port, '127.0.0.1');
  socket.end([...head, 'Connection: close', '', body].join('\r\n'));
  const [statusLine = '', ...rest] = (await text(socket)).split('\r\n');
  const answer = rest.slice(rest.indexOf('') + 1).join('\r\n');
  return { status: Number(statusLine.split(' ')[1]), answer: JSON.parse(answer) as Record<string, unknown> };
}

function signed(method: string, path: string, body?: string, by = key): string[] {
  const digest = body === undefined ? undefined : contentDigest(Buffer.from(body));
  const [target, query] = path.split('?') as [string, string?];
  const headers = signTarget(
    { method, authority: AUTHORITY, path: target, query: query && `?${query}`, contentDigest: digest },
    by,
    { created: Math.floor(Date.now() / 1000), nonce: crypto.randomUUID() },
  );
  return [
    `${method} ${path} HTTP/1.1`,
    `Host: ${AUTHORITY}`,
    `Signature-Input: ${headers['signature-input']}`,
    `Signature: ${headers.signature}`,
    ...(body === undefined
      ? []
      : [`Content-Digest: ${digest!}`, 'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`]),
  ];
}

it('tells a handler whose request it is', async () => {
  const { status, answer } = await send(signed('GET', '/v1/who?a=1'));
  expect(status).toBe(200);
  expect(answer).toEqual({
    system: 'housing/eligibility',
    exchangeId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
  });
});

it('checks the bytes that came, and hands them on', async () => {
  const body = '{"a": 1}';
  expect((await send(signed('POST', '/v1/echo', body), body)).answer).toEqual({
    system: 'housing/eligibility',
    bytes: 8,
  });
  expect((await send(signed('POST', '/v1/echo', body), '{"a": 2}')).answer).toMatchObject({ code: 'DIGEST_MISMATCH' });
});

it.each<[string, (head: string[]) => string[], string]>([
  ['no signature', (head) => head.filter((line) => !line.startsWith('Signature')), 'SIGNATURE_MISSING'],
  [
    'the signature twice',
    (head) => [...head, ...head.filter((line) => line.startsWith('Signature:'))],
    'SIGNATURE_MALFORMED',
  ],
  ['the host twice', (head) => [...head, 'Host: other.example'], 'SIGNATURE_MALFORMED'],
  ['another path', ([, ...rest]) => ['GET /v1/who?a=1 HTTP/1.1', ...rest], 'SIGNATURE_INCOMPLETE'],
  ['another spelling of the path', ([, ...rest]) => ['GET /v1/%77ho HTTP/1.1', ...rest], 'SIGNATURE_INVALID'],
  ['another method', ([, ...rest]) => ['HEAD /v1/who HTTP/1.1', ...rest], 'SIGNATURE_INVALID'],
])('refuses %s, and has it recorded first', async (name, change, code) => {
  const head = change(signed('GET', '/v1/who'));
  if (name === 'another method') {
    const socket = connect(port, '127.0.0.1');
    socket.end([...head, 'Connection: close', '', ''].join('\r\n'));
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 401/);
  } else {
    const { status, answer } = await send(head);
    expect({ status, code: answer.code }).toEqual({ status: 401, code });
  }
  expect(refused.map(({ refusal }) => refusal.code)).toEqual([code]);
});

it('names the key that a forgery claims', async () => {
  const { answer } = await send(signed('GET', '/v1/who', undefined, { ...generateSigningKey(), kid: key.kid }));
  expect(answer.code).toBe('SIGNATURE_INVALID');
  expect(refused[0]?.refusal.claimedKeyid).toBe(key.kid);
});

it('takes a key no longer once the registry says that it is revoked', async () => {
  expect((await send(signed('GET', '/v1/who'))).status).toBe(200);
  registered = { ...registered, revokedAt: new Date() };
  expect((await send(signed('GET', '/v1/who'))).answer.code).toBe('KEY_NOT_VALID');
});

it('answers what the recorder says instead', async () => {
  recording = () => Promise.reject(new Problem('TOO_MANY_FAILURES'));
  expect((await send(['GET /v1/who HTTP/1.1', `Host: ${AUTHORITY}`])).status).toBe(429);
});

it('never leaves a handler without a caller', async () => {
  expect((await send(signed('GET', '/v1/open'))).status).toBe(500);
});
