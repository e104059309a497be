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
