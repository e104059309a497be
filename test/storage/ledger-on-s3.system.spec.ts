import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { jest } from '@jest/globals';
import { request } from 'undici';
import { auditFamily } from '#client/audit/audit-family.js';
import { HttpFamily } from '#client/audit/http-log.js';
import { consistencyProof, verifyConsistency } from '#merkle/consistency-proof.js';
import { tilePath } from '#merkle/tile.js';
import { tilesOfSize } from '#merkle/tiles-of-size.js';
import { openDatabase } from '#platform/database/open-database.js';
import { FileTileStore } from '../../apps/ledger/src/publication/file-tile-store.js';
import { S3TileStore, s3Client } from '../../apps/ledger/src/publication/s3-tile-store.js';
import type { S3Place } from '../../apps/ledger/src/publication/storage-variables.js';
import { writeTrust } from '../../apps/launcher/src/setup/write-trust.js';
import { aFolder, open, publishAll } from '../../apps/ledger/test/a-log.js';
import { builtApps } from '../support/built-services.js';
import { describeWhere } from '../support/describe-where.js';
import { s3Availability, startS3, type S3Server } from '../support/s3-server.js';
import { startSystem, type System } from '../support/system.js';

jest.setTimeout(180_000);

describeWhere('an S3 server', s3Availability())('a ledger whose tiles are in an object store', () => {
  let server: S3Server;
  let place: S3Place;
  let system: System;
  const undo = new AsyncDisposableStack();

  beforeAll(async () => {
    server = undo.adopt(await startS3(), (one) => one.stop());
    const bucket = await server.newBucket({ isPublic: true });
    const endpoint = server.door.url;
    place = { kind: 's3', bucket, prefix: 'public', endpoint, region: 'us-east-1', pathStyle: true };
    const ledger = { TILES: `s3://${bucket}/public`, S3_ENDPOINT: endpoint, ...server.credentials };
    const started = await startSystem({
      transport: 'embedded',
      environment: { ledger: { ...ledger, ROOT_EVERY_MS: '200' } },
    });
    system = undo.adopt(started, (one) => one.stop());
  }, 300_000);
  afterAll(() => undo.disposeAsync(), 60_000);

  async function ask(count: number): Promise<void> {
    const replies = await Promise.all(Array.from({ length: count }, () => system.ask()));
    expect(replies.filter(({ outcome }) => outcome !== 'answered')).toEqual([]);
  }

  const get = (path: string) => request(`${system.ledgerUrl}${path}`);

  it('sequences, publishes, is killed while it does, and goes on where it was', async () => {
    await ask(100);
    const before = await system.log().checkpoint();
    await system.kill('ledger');
    await ask(40);
    await system.start('ledger');
    await system.untilSettled();
    const log = system.log();
    const checkpoint = await log.checkpoint();
    // `entries` holds them against the signed root.
    const entries = await log.entries(checkpoint);
    for (const type of ['access.decided.v1', 'access.released.v1']) {
      expect(entries.filter((one) => one.type === type)).toHaveLength(140);
    }
    verifyConsistency(await consistencyProof(before.size, checkpoint.size, log), before, checkpoint);
  });

  it('serves the bytes that a ledger on files has, and so does the bucket', async () => {
    await system.untilSettled();
    const { size, bytes: note } = await shown();
    const client = s3Client(place);
    const bucket = await S3TileStore.open(client, place, logPath());
    await using folder = await aFolder();
    const files = await FileTileStore.open(folder.path);
    const database = await openDatabase({
      ...{ url: system.databaseUrl('ledger'), name: 'test', poolSize: 2, migrations: [], onPoolError: () => undefined },
    });
    try {
      await publishAll(await open({ database }, files));
    } finally {
      await database.destroy();
    }
    const tiles = [...tilesOfSize(size)].map(tilePath);
    expect(tiles.length).toBeGreaterThan(4);
    for (const tile of tiles) {
      const expected = await files.read(tile);
      const { statusCode, body } = await get(`/${logPath()}/${tile}`);
      expect([statusCode, Buffer.from(await body.arrayBuffer())]).toEqual([200, expected]);
      expect(await bucket.read(tile)).toEqual(expected);
    }
    expect(await bucket.read('checkpoint')).toEqual(note);
    client.destroy();
  });

  it('is not ready while the store is away, says so to readers, and publishes afterwards what it sequenced', async () => {
    await system.untilSettled();
    const { size } = await shown();
    server.door.shut();
    const [tile] = [...tilesOfSize(size)].map(tilePath);
    const away = await get(`/${logPath()}/${tile}`);
    expect([away.statusCode, await away.body.json()]).toMatchObject([503, { code: 'LEDGER_UNAVAILABLE' }]);
    const ready = await get('/health/ready');
    expect(ready.statusCode).toBe(503);
    const { checks } = (await ready.body.json()) as { checks: Record<string, string> };
    expect(checks).toMatchObject({ database: 'ok', consumer: 'ok' });
    expect(checks.tiles).not.toBe('ok');
    await ask(5);
    server.door.reopen();
    await system.untilReady();
    await system.untilSettled();
    const log = system.log();
    expect(await log.entries(await log.checkpoint())).toHaveLength(size + 10);
  });

  it('leaves the whole family to be read from the bucket, each version of its list included', async () => {
    const command = join(builtApps(), 'ledger', 'src', 'close-shard.main.js');
    const { environment: env } = system.service('ledger').definition;
    await promisify(execFile)(process.execPath, [command, '0'], { env: { ...env } });
    await system.until('the successor takes events', async () => {
      await ask(1);
      const rows = await system.query<{ size: number }>('ledger', 'SELECT size::int FROM shard WHERE number = 1');
      return (rows[0]?.size ?? 0) > 0;
    });
    // A trust file that is written now names the successor too.
    const { families, logs } = await writeTrust(system.layout.home.trust, system.layout.keys, system.layout.plan);
    const [family] = families.values();
    const inBucket = new HttpFamily(new URL(`${place.endpoint}/${place.bucket}/public/${family!.name.split('/')[1]}/`));
    const audit = () => auditFamily(inBucket, { family: family!, known: logs, remembered: 10_000, seed: 1 });
    await system.until('the list in the bucket has the end of the shard', async () => {
      return (await audit()).list?.shards[0]?.closed !== undefined;
    });
    const whole = await audit();
    expect([...whole.findings, ...whole.logs.flatMap(({ findings }) => findings)]).toEqual([]);
    expect(whole.logs).toHaveLength(3);
    expect(whole.versions.compared).toBeGreaterThan(1);
  });

  const logPath = () => [...system.trust.logs.keys()][0]!.split('/').slice(1).join('/');

  async function shown(): Promise<{ readonly size: number; readonly bytes: Buffer }> {
    const { body } = await get(`/${logPath()}/checkpoint`);
    return { size: (await system.log().checkpoint()).size, bytes: Buffer.from(await body.arrayBuffer()) };
  }
});
