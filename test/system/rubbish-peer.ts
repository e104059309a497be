import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** Listens in a service's place and answers each request with `answer`: bytes that need not be HTTP. */
export async function startRubbishPeer(
  port: number,
  answer: (socket: Socket) => void,
): Promise<{ close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => {
      answer(socket);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const httpAnswer = (status: string, headers: Record<string, string>, body: string) => (socket: Socket) => {
  const lines = Object.entries({ ...headers, 'content-length': String(Buffer.byteLength(body)) });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status}\r\n${head}\r\n${body}`);
};
const json = { 'content-type': 'application/json' };
/** In all that a stranger answers; in nothing that a caller is told. */
export const LEAK = 'LEAK';
const rows = `{"rows":[{"name":"${LEAK}"}]}`;

/** What may listen where an adapter should, and what the caller is told. */
export const rubbish: [answer: (socket: Socket) => void, code: string][] = [
  [(socket) => socket.destroy(), 'ADAPTER_UNAVAILABLE'],
  [(socket) => socket.end('LEAK\r\n\r\n'), 'ADAPTER_ANSWER_INVALID'],
  [httpAnswer('200 OK', { 'content-type': 'text/html' }, '<p>LEAK'), 'ADAPTER_ANSWER_INVALID'],
  [httpAnswer('200 OK', json, rows), 'ADAPTER_ANSWER_INVALID'],
  [httpAnswer('200 OK', { ...json, 'sluice-release': 'LEAK.LEAK.LEAK' }, rows), 'ADAPTER_ANSWER_INVALID'],
  [httpAnswer('500 Oh', json, '{"code":"LEAK"}'), 'ADAPTER_ANSWER_INVALID'],
  [httpAnswer('503 Away', { 'content-type': 'text/plain' }, 'LEAK'), 'ADAPTER_UNAVAILABLE'],
];
