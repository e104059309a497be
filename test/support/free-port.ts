import { createServer, type Server } from 'node:net';

/**
 * Below what systems give out by themselves: a part that is killed finds its port free when it starts again. Each of Jest's
 * workers has a share of its own, so that nothing which starts meanwhile in another is given that port either.
 */
const [FIRST, SHARES, SHARE] = [20_000, 6, 2_000];

/** Distinct ports of 127.0.0.1 that nobody listened on a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const held: Server[] = [];
  const ports: number[] = [];
  const start = Math.floor(Math.random() * SHARE);
  // All are held at once, so that none is given twice.
  for (let tried = 0; ports.length < count && tried < SHARE; tried += 1) {
    const port = firstOfShare() + ((start + tried) % SHARE);
    const server = createServer();
    if (!(await listens(server, port))) continue;
    held.push(server);
    ports.push(port);
  }
  await Promise.all(held.map((server) => new Promise((done) => server.close(done))));
  if (ports.length < count) throw new Error(`Of ${SHARE} ports not even ${count} are free`);
  return ports;
}

function firstOfShare(): number {
  const worker = Number(process.env.JEST_WORKER_ID ?? 1);
  return FIRST + ((worker - 1) % SHARES) * SHARE;
}

function listens(server: Server, port: number): Promise<boolean> {
  return new Promise((done) => {
    server.once('error', () => {
      done(false);
    });
    server.listen(port, '127.0.0.1', () => {
      done(true);
    });
  });
}
