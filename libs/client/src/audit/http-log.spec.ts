import { createServer } from 'node:http';
import { encodeBundle } from '#merkle/entry-bundle.js';
import { ClientError } from '../client-error.js';
import { startPeer } from '../../test/http-peer.js';
import { HttpLog } from './http-log.js';

const tile = { level: 0, index: 0, width: 3 } as const;

/** A log that answers in turn, and how long it was waited for. */
async function logThat(answers: readonly { status: number; headers?: Record<string, string>; body?: string }[]) {
  const rest = [...answers];
  const peer = await startPeer(() => ({ body: '', ...(rest.shift() ?? { status: 200 }) }));
  const pauses: number[] = [];
  const log = new HttpLog(`${peer.url}/log/0`, {
    pause: (milliseconds) => {
      pauses.push(milliseconds);
      return Promise.resolve();
    },
  });
  return { log, peer, pauses, [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose]() };
}

const codeOf = (reading: Promise<unknown>) =>
  reading.then(
    () => 'read',
    (error: unknown) => (error instanceof ClientError ? error.code : error),
  );

describe('a log over HTTP', () => {
  it('is read below its prefix, as tlog-tiles names its files', async () => {
    await using set = await logThat([
      { status: 200, body: 'note' },
      { status: 200, body: 'abc' },
    ]);
    expect(Buffer.from((await set.log.readCheckpoint())!).toString()).toBe('note');
    expect(Buffer.from((await set.log.readTile(tile))!).toString()).toBe('abc');
    expect(set.peer.received.map(({ target }) => target)).toEqual(['/log/0/checkpoint', '/log/0/tile/0/000.p/3']);
  });

  it('has no file where it says so', async () => {
    await using set = await logThat([{ status: 404 }, { status: 410 }]);
    expect(await set.log.readTile(tile)).toBeUndefined();
    expect(await set.log.readCheckpoint()).toBeUndefined();
    expect(set.pauses).toEqual([]);
  });

  it('is asked again after what passes, later each time and as late as it asks', async () => {
    const headers = { 'retry-after': '5' };
    await using set = await logThat([
      { status: 503 },
      { status: 500 },
      { status: 429, headers },
      { status: 200, body: 'x' },
    ]);
    expect(await set.log.readTile(tile)).toHaveLength(1);
    expect(set.pauses).toEqual([200, 400, 5000]);
  });

  it('is waited for no longer than half a minute at a time, whatever it asks', async () => {
    await using set = await logThat([
      { status: 503, headers: { 'retry-after': '999999' } },
      { status: 503, headers: { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' } },
    ]);
    await set.log.readTile(tile);
    expect(set.pauses).toEqual([30_000, 400]);
  });

  it('is given up in the end', async () => {
    await using set = await logThat(Array.from({ length: 6 }, () => ({ status: 502 })));
    expect(await codeOf(set.log.readTile(tile))).toBe('UNREACHABLE');
    expect(set.pauses).toEqual([200, 400, 800, 1600, 3200]);
  });

  it.each([301, 403, 204])('is no log where it answers %d', async (status) => {
    await using set = await logThat(Array.from({ length: 6 }, () => ({ status, headers: { location: '/' } })));
    expect(await codeOf(set.log.readTile(tile))).toBe(status === 301 ? 'UNREACHABLE' : 'ANSWER_UNREADABLE');
  });

  it('that nobody serves is unreachable', async () => {
    const log = new HttpLog('http://127.0.0.1:1/', { pause: () => Promise.resolve() });
    expect(await codeOf(log.readCheckpoint())).toBe('UNREACHABLE');
  });

  it('that never ends is read no further than a file can be long', async () => {
    const server = createServer((_, response) => {
      const pour = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', pour);
      pour();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const log = new HttpLog(`http://127.0.0.1:${port}`);
    expect(await log.readTile({ level: 0, index: 0, width: 256 })).toHaveLength(8193);
    expect(await log.readCheckpoint()).toHaveLength(1_000_001);
    server.closeAllConnections();
    server.close();
  });

  it('may have bundles as large as they can be', async () => {
    const bundle = encodeBundle(Array.from({ length: 256 }, () => new Uint8Array(100).fill(0x61)));
    await using set = await logThat([{ status: 200, body: Buffer.from(bundle).toString('latin1') }]);
    expect(await set.log.readTile({ level: 'entries', index: 0, width: 256 })).toEqual(bundle);
  });
});
