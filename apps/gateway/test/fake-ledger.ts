import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Published {
  readonly type: string;
  readonly entry: string;
}

/** A ledger as a network peer: it has published what a test says, and confirms nothing else. */
export interface FakeLedger extends AsyncDisposable {
  readonly url: string;
  publish(id: string, type: string, entry: string): void;
  /** From now on every question is answered with this status. */
  fail(status: number): void;
}

export async function startFakeLedger(): Promise<FakeLedger> {
  const published = new Map<string, Published[]>();
  let failing: number | undefined;
  const server = createServer((request, response) => {
    request.resume();
    const entries = published.get(request.url?.replace('/v1/events/', '') ?? '');
    const answer = request.method === 'POST' ? { sequenced: [] } : { entries: entries?.map(withProof) ?? [] };
    const isUnknown = request.method === 'GET' && entries === undefined;
    response.writeHead(failing ?? (isUnknown ? 404 : 200), { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  });
  const { promise, resolve } = Promise.withResolvers<undefined>();
  server.listen(0, '127.0.0.1', () => {
    resolve(undefined);
  });
  await promise;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    publish: (id, type, entry) => {
      published.set(id, [...(published.get(id) ?? []), { type, entry }]);
    },
    fail: (status) => {
      failing = status;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      const closed = Promise.withResolvers<undefined>();
      server.close(() => {
        closed.resolve(undefined);
      });
      await closed.promise;
    },
  };
}

function withProof(published: Published, index: number) {
  return { ...published, origin: 'ledger.test/0', index, proof: 'c2sp.org/tlog-proof@v1\n' };
}
