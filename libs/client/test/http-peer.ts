import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createPublicKey } from 'node:crypto';
import { checkContentDigest } from '#exchange/check-content-digest.js';
import { verifyBytes, type SigningKey } from '#exchange/keys.js';
import { readSignature } from '#exchange/read-signature.js';
import { linesOf, signatureBase } from '#exchange/signature-profile.js';

export interface Received {
  readonly method: string;
  readonly target: string;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface Peer extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly Received[];
}

/** Listens on a free port and answers as it is told. Text and bytes are sent as they stand, anything else as JSON. */
export async function startPeer(answer: (request: Received) => Reply): Promise<Peer> {
  const received: Received[] = [];
  const server = createServer((incoming, response) => {
    void text(incoming).then((body) => {
      const { method = '', url = '', headers } = incoming;
      const request = { method, target: url, body, headers };
      received.push(request);
      const reply = answer(request);
      response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
      const isRaw = typeof reply.body === 'string' || reply.body instanceof Uint8Array;
      response.end(isRaw ? reply.body : JSON.stringify(reply.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

export function problem(status: number, code: string, extra: Readonly<Record<string, unknown>> = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: { type: `/problems#${code}`, title: 'no', status, code, ...extra },
  };
}

/** Whether the key signed this request, as it arrived. */
export function isSignedBy(key: SigningKey, { method, target, body, headers }: Received): boolean {
  const header = (name: string) => String(headers[name] ?? '');
  const read = readSignature(header('signature-input'), header('signature'));
  if (!read.ok || read.keyid !== key.kid) return false;
  const digest = headers['content-digest'] as string | undefined;
  if (digest === undefined ? body !== '' : checkContentDigest(digest, Buffer.from(body)) !== undefined) return false;
  const at = target.indexOf('?');
  const lines = linesOf(
    {
      method,
      authority: header('host'),
      path: at < 0 ? target : target.slice(0, at),
      query: at < 0 ? undefined : target.slice(at),
      contentDigest: digest,
    },
    read.components,
  );
  return verifyBytes(Buffer.from(signatureBase(lines, read.signatureParams)), createPublicKey(key.key), read.signature);
}
