import { randomBytes } from 'node:crypto';
import { jest } from '@jest/globals';
import type { S3Client } from '@aws-sdk/client-s3';
import { S3TileStore, s3Client } from '../../apps/ledger/src/publication/s3-tile-store.js';
import { SignedHeads, type SignedHead } from '../../apps/ledger/src/publication/signed-heads.js';
import type { S3Place } from '../../apps/ledger/src/publication/storage-variables.js';
import type { Candidate } from '../../apps/ledger/src/sequencing/candidate.js';
import { aShard, expectPublished, open as openLog, publishAll, sequencer } from '../../apps/ledger/test/a-log.js';
import { candidates } from '../../apps/ledger/test/entries.js';
import { ledgerDatabase, type LedgerDatabase } from '../../apps/ledger/test/ledger-database.js';
import { describeWhere } from '../support/describe-where.js';
import { s3Availability, startS3, type S3Server } from '../support/s3-server.js';

// A request takes long on a busy machine.
jest.setTimeout(120_000);
const PUBLISHERS = 6;
const { signer } = aShard();

describeWhere('an S3 server', s3Availability())('publication in an object store', () => {
  let server: S3Server;
  let place: S3Place;
  let client: S3Client;

  beforeAll(async () => {
    server = await startS3();
    const other = { prefix: 'logs', region: 'us-east-1', pathStyle: true };
    place = { kind: 's3', bucket: '', endpoint: server.door.url, ...other };
    client = s3Client(place);
  }, 300_000);
  afterAll(async () => {
    client.destroy();
    await server.stop();
  });
  beforeEach(async () => {
    place = { ...place, bucket: await server.newBucket() };
  });
  afterEach(() => {
    server.door.reopen();
  });

  const open = (path = 'log') => S3TileStore.open(client, place, path);

  /** As many publishers, each a process of its own as far as the store can tell. */
  async function publishers(): Promise<readonly SignedHeads[]> {
    const stores = await Promise.all(Array.from({ length: PUBLISHERS }, () => open()));
    return stores.map((store) => new SignedHeads(store, signer));
  }

  it('lets one of many publishers sign a size, and the others know it', async () => {
    const all = await publishers();
    for (const size of [1, 2, 3]) {
      const results = await Promise.allSettled(all.map((heads) => heads.sign({ size, root: randomBytes(32) })));
      const signed = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      expect(signed).toHaveLength(1);
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'CHECKPOINT_TAKEN' });
      }
      for (const heads of all) expect(await heads.newest()).toEqual(signed[0]);
    }
  });

  it('never shows readers a smaller head than before, whoever publishes at the same time', async () => {
    const all = await publishers();
    const signed: SignedHead[] = [];
    for (let size = 1; size <= 12; size += 1) signed.push(await all[0]!.sign({ size, root: randomBytes(32) }));
    const reader = new SignedHeads(await open(), signer);
    const seen: number[] = [];
    const published = new AbortController();
    const reading = (async () => {
      while (!published.signal.aborted) seen.push((await reader.published())?.size ?? 0);
    })();
    // Each has its share of the sizes, in order.
    const shares = all.map((heads, number) =>
      signed.filter(({ size }) => size % PUBLISHERS === number).map((head) => () => heads.publish(head)),
    );
    const results = await Promise.all(
      shares.map(async (share) => {
        const outcomes: PromiseSettledResult<void>[] = [];
        for (const publish of share) outcomes.push(...(await Promise.allSettled([publish()])));
        return outcomes;
      }),
    );
    published.abort();
    await reading;
    for (const result of results.flat()) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'PUBLISHED_AHEAD' });
    }
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect((await reader.published())?.size).toBe(12);
  });

  describe('whatever is lost on the way', () => {
    let ledger: LedgerDatabase;
    let all: readonly Candidate[];

    beforeAll(async () => {
      ledger = await ledgerDatabase();
      const writer = await sequencer(ledger);
      const batches = [candidates(250), candidates(50)];
      for (const batch of batches) await writer.append(batch);
      all = batches.flat();
    });
    afterAll(() => ledger[Symbol.asyncDispose]());

    /** As a process does that starts. */
    const publish = async (store: S3TileStore) => publishAll(await openLog(ledger, store));

    it.each([
      { what: 'answer', forGood: false },
      { what: 'request', forGood: false },
      { what: 'answer', forGood: true },
      { what: 'request', forGood: true },
    ] as const)('publishes the same log: the $what of any write, the store gone with it: $forGood', async (lost) => {
      for (let at = 0; ; at += 1) {
        const store = await open(`${at}`);
        const before = server.door.writes;
        server.door.lose(at, lost.what, lost);
        if (lost.forGood) {
          await publish(store).catch((error: unknown) => {
            expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE' });
          });
          server.door.reopen();
        }
        // A single loss is nobody's concern: no error, and no second start.
        await publish(store);
        await expectPublished(store, all);
        if (server.door.writes - before <= at) {
          // Five tiles, two signed heads and two checkpoints: each was lost once.
          expect(at).toBeGreaterThanOrEqual(9);
          return;
        }
      }
    });
  });
});
