import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A line to PostgreSQL that can be cut at the worst moment, or fall silent. */
export interface PostgresLine extends AsyncDisposable {
  /** The database's URL over this line. */
  readonly url: string;
  /**
   * The next statement with this text reaches the server, which carries it out and commits it; then the line is cut, so
   * that nobody learns of it.
   */
  cutAfter(text: string): void;
  /**
   * Of the next connection that is made, the answer that it is ready has the word of the server's end with it, in one piece,
   * as when its postmaster is killed at that moment. Then the line is cut.
   */
  endNextConnection(): void;
  /** From now on nothing passes and nobody is told. `revive` is for new connections: what was silenced stays so. */
  silence(): void;
  revive(): void;
}

/** As the server writes it where no transaction is open. */
const READY_FOR_QUERY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
/** ErrorResponse, as of a backend whose postmaster is gone. */
const FATAL = (() => {
  const fields = ['SFATAL', 'VFATAL', 'C57P01', 'Mterminating connection due to unexpected postmaster exit', ''];
  const body = Buffer.from(`${fields.join('\0')}\0`);
  const head = Buffer.from([0x45, 0, 0, 0, 0]);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
})();

export async function openLine(databaseUrl: string): Promise<PostgresLine> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let awaited: string | undefined;
  let isNextLast = false;
  let voice = { isSilent: false };
  const server = createServer((client) => {
    const ours = voice;
    const upstream = connect(Number(target.port), target.hostname);
    let isDoomed = false;
    let isLast = isNextLast;
    isNextLast = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => {
      if (awaited !== undefined && chunk.includes(awaited)) {
        isDoomed = true;
        awaited = undefined;
      }
      if (!ours.isSilent) upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (ours.isSilent) return;
      // The statement is done and committed.
      const isReady = chunk.subarray(-6).equals(READY_FOR_QUERY);
      if (isDoomed) {
        if (isReady) client.destroy();
      } else if (isLast && isReady) {
        isLast = false;
        client.end(Buffer.concat([chunk, FATAL]));
      } else client.write(chunk);
    });
  });
  const { promise, resolve } = Promise.withResolvers<undefined>();
  server.listen(0, '127.0.0.1', () => {
    resolve(undefined);
  });
  await promise;
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cutAfter: (text) => {
      awaited = text;
    },
    endNextConnection: () => {
      isNextLast = true;
    },
    silence: () => {
      voice.isSilent = true;
    },
    revive: () => {
      voice = { isSilent: false };
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      const closed = Promise.withResolvers<undefined>();
      server.close(() => {
        closed.resolve(undefined);
      });
      await closed.promise;
    },
  };
}
