import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { gatherAnswer } from './gather-answer.js';
import { StopSignal } from './stop-signal.js';

let server: Server;
let pool: Pool;
let asked: string[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  pool = new Pool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { connections: 1 });
});
afterEach(async () => {
  await pool.destroy();
  server.closeAllConnections();
  server.close();
});

const ask = (path: string, stop = new StopSignal()) => gatherAnswer(pool, { method: 'GET', path }, stop);

it('gives status, headers and every byte, however many pieces they come in', async () => {
  answer = (_, response) => {
    response.writeHead(418, { 'x-pot': 'tea' });
    response.write('first ');
    setImmediate(() => response.end('second'));
  };
  const { status, headers, body } = await ask('/');
  expect([status, headers['x-pot'], body.toString()]).toEqual([418, 'tea', 'first second']);
});

it('gives an empty body where there is none', async () => {
  answer = (_, response) => response.end();
  expect((await ask('/')).body).toHaveLength(0);
});

it('rejects once it is given up, and hangs up on who answers', async () => {
  const stop = new StopSignal();
  const hungUp = new Promise<void>((resolve) => {
    answer = (_, response) => {
      response.once('close', resolve);
      response.write('begun');
      stop.stop('it took too long');
    };
  });
  await expect(ask('/', stop)).rejects.toThrow('not wanted any more');
  await hungUp;
});

it('never sends what is given up while it waits for a connection', async () => {
  const stop = new StopSignal();
  const reached = new Promise<ServerResponse>((resolve) => {
    answer = (_, response) => {
      resolve(response);
    };
  });
  const first = ask('/first');
  const response = await reached;
  const second = ask('/second', stop);
  stop.stop('the caller left');
  await expect(second).rejects.toThrow('not wanted any more');
  answer = (_, next) => next.end();
  response.end();
  await first;
  await ask('/third');
  expect(asked).toEqual(['/first', '/third']);
});

it('rejects where the connection breaks', async () => {
  answer = (request) => request.socket.destroy();
  await expect(ask('/')).rejects.toThrow('other side closed');
});
