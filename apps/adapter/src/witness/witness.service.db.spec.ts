import { createHash } from 'node:crypto';
import { Registry } from 'prom-client';
import { nodeNoteSigner, nodeVerify } from '#merkle/node-cryptography.js';
import { NOTE_ALGORITHM } from '#merkle/note-key.js';
import { openCheckpoint } from '#merkle/open-checkpoint.js';
import { createLogger } from '#platform/logger.js';
import { openDatabase } from '#platform/database/open-database.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/postgres.js';
import { ALog, keyOf } from '../../test/witnessed-log.js';
import { Witness1700000000002 } from '../migrations/0002-witness.js';
import { WitnessMetrics } from './witness-metrics.js';
import { WitnessRepository } from './witness.repository.js';
import { WitnessService, type WitnessAnswer } from './witness.service.js';
import type { SeenCheckpoint, WitnessSigner } from './witness-settings.js';

const NOW = new Date('2026-06-01T12:00:00Z');
const log = new ALog('log.test/0');
const fork = new ALog('log.test/0', 'b');
const other = new ALog('log.test/1', 'c', 8);
const signer = (byte: number, from = -Infinity, until = Infinity): WitnessSigner => ({
  signer: nodeNoteSigner('witness.test/a', keyOf(byte), NOTE_ALGORITHM.cosignature),
  from,
  until,
});

let test: TestDatabase;
let database: Awaited<ReturnType<typeof openDatabase>>;
let records: WitnessRepository;
let registry: Registry;
const lines: string[] = [];

beforeEach(async () => {
  test = await createTestDatabase();
  database = await openDatabase({ url: test.url, name: 'witness', poolSize: 8, migrations: [Witness1700000000002] });
  records = new WitnessRepository(database);
  lines.length = 0;
});
afterEach(async () => {
  await database.destroy();
  await test.drop();
});

function witness(
  signers: readonly WitnessSigner[] = [signer(1)],
  repository = records,
  seen: readonly SeenCheckpoint[] = [],
): WitnessService {
  registry = new Registry();
  const logs = new Map([log, other].map((one) => [one.origin, [one.signer.key]] as const));
  return new WitnessService({
    settings: { name: 'witness.test/a', signers, logs, seen },
    records: repository,
    metrics: new WitnessMetrics(registry),
    logger: createLogger({ name: 'witness' }, { write: (line: string) => void lines.push(line) }),
    now: () => NOW,
  });
}

const add = (one: WitnessService, body: string): Promise<WitnessAnswer> => one.add(Buffer.from(body));
const statusOf = async (answer: Promise<WitnessAnswer>) => (await answer).status;
const last = (one: WitnessService, origin: string) => one.last(createHash('sha256').update(origin).digest('hex'));

it('cosigns a log as it grows, and shows what it cosigned last with both signatures', async () => {
  const one = witness();
  for (const [old, size] of [
    [0, 3],
    [3, 8],
    [8, 300],
  ] as const) {
    const answer = await add(one, log.request(old, size));
    if (answer.status !== 200) throw new Error(`${answer.status}`);
    const note = `${log.note(size)}${answer.signatures}`;
    const trust = { log: log.signer.key, witnesses: [signer(1).signer.key], quorum: 1 };
    expect(openCheckpoint(note, trust, nodeVerify).cosignatures).toMatchObject([{ time: NOW.getTime() / 1000 }]);
    expect(await last(one, log.origin)).toBe(note);
  }
  expect(await registry.metrics()).toContain('sluice_witness_size{origin="log.test/0"} 300');
});

it('knows where it was after a restart, keeps logs apart, and never goes back', async () => {
  await add(witness(), log.request(0, 10));
  const again = witness();
  expect(await add(again, log.request(0, 10))).toMatchObject({ status: 409, size: 10 });
  expect(await add(again, log.request(0, 4))).toMatchObject({ status: 409, size: 10 });
  expect(await add(again, log.request(4, 20))).toMatchObject({ status: 409, size: 10 });
  expect(await add(again, log.request(10, 20))).toMatchObject({ status: 200 });
  expect(await add(again, other.request(0, 2))).toMatchObject({ status: 200 });
  expect(await last(again, 'log.test/2')).toBeUndefined();
});

it('cosigns the same checkpoint again without writing it again', async () => {
  const one = witness();
  await add(one, log.request(0, 5));
  const before = await last(one, log.origin);
  expect(await add(one, log.request(5, 5))).toMatchObject({ status: 200 });
  expect(await last(one, log.origin)).toBe(before);
});

it('refuses what the specification refuses, and stores nothing of it', async () => {
  const one = witness();
  await add(one, log.request(0, 5));
  const stranger = new ALog(log.origin, 'a', 9);
  expect(await statusOf(add(one, 'old 5\n'))).toBe(400);
  expect(await statusOf(add(one, log.request(9, 8)))).toBe(400);
  expect(await statusOf(add(one, new ALog('log.test/9').request(0, 1)))).toBe(404);
  expect(await statusOf(add(one, stranger.request(5, 8)))).toBe(403);
  expect(await statusOf(add(one, fork.request(5, 8)))).toBe(422);
  expect(await add(one, log.request(5, 6))).toMatchObject({ status: 200 });
});

it('keeps both notes where a log signs two heads of one size, and raises the alarm once', async () => {
  const one = witness();
  await add(one, log.request(0, 5));
  for (const old of [5, 5, 0]) expect(await add(one, fork.request(old, 5))).toMatchObject({ status: 409, size: 5 });
  const rows = await database.query<{ cosigned: string; shown: string }[]>(
    'SELECT cosigned, shown FROM witnessed_fork',
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]?.cosigned).toContain(log.rootText(5));
  expect(rows[0]?.shown).toBe(fork.note(5));
  expect(await registry.metrics()).toContain('sluice_witness_forks_total{origin="log.test/0"} 1');
  expect(lines.filter((line) => line.includes('two heads'))).toHaveLength(1);
});

it('signs with every key that is valid, so that a new one can come before the old one goes', async () => {
  const noon = NOW.getTime();
  const signers = [signer(1, -Infinity, noon + 1), signer(2, noon), signer(3, noon + 1), signer(4, 0, noon)];
  const answer = await add(witness(signers), log.request(0, 5));
  const note = `${log.note(5)}${answer.status === 200 ? answer.signatures : ''}`;
  const witnesses = signers.map((one) => one.signer.key);
  const { cosignatures } = openCheckpoint(note, { log: log.signer.key, witnesses }, nodeVerify);
  expect(cosignatures.map(({ keyId }) => keyId)).toEqual(witnesses.slice(0, 2).map(({ keyId }) => keyId));
  await expect(add(witness([signer(4, 0, noon)]), log.request(5, 6))).rejects.toThrow('no key');
});

describe('two requests at once', () => {
  /** Both have read what was cosigned last before either writes. */
  class Together extends WitnessRepository {
    private readonly bothHaveRead = Promise.withResolvers<undefined>();
    private waiting = 2;

    override async last(origin: string) {
      const found = await super.last(origin);
      this.waiting -= 1;
      if (this.waiting === 0) this.bothHaveRead.resolve(undefined);
      await this.bothHaveRead.promise;
      return found;
    }
  }

  it.each([0, 5])('from size %d: one is cosigned, the other learns of it, and nothing is rolled back', async (old) => {
    if (old > 0) await add(witness(), log.request(0, old));
    const one = witness([signer(1)], new Together(database));
    const answers = await Promise.all([add(one, log.request(old, 7)), add(one, log.request(old, 9))]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const [cosigned] = answers.map((answer, at) => (answer.status === 200 ? [7, 9][at] : 0)).filter(Boolean);
    expect(answers.find(({ status }) => status === 409)).toMatchObject({ size: cosigned });
    expect(await records.last(log.origin)).toMatchObject({ size: cosigned });
  });

  it('of two heads of one size: one is cosigned, whichever, never both, and both are kept', async () => {
    const one = witness([signer(1)], new Together(database));
    const answers = await Promise.all([add(one, log.request(0, 5)), add(one, fork.request(0, 5))]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(await database.query('SELECT FROM witnessed_fork')).toHaveLength(1);
  });

  it('many from many processes: sizes only grow, and each answer was true', async () => {
    const processes = [witness(), witness(), witness(), witness()];
    let shown = 0;
    const cosigned: number[] = [];
    while (shown < 40) {
      shown += 1;
      const size = shown;
      const answers = await Promise.all(processes.map((one) => add(one, log.request(size - 1, size))));
      cosigned.push(answers.filter(({ status }) => status === 200).length);
      expect(await records.last(log.origin)).toMatchObject({ size });
    }
    expect(cosigned.every((count) => count >= 1)).toBe(true);
  });
});

/** After a restore: the record is that of a backup. */
describe('a witness that is told what was seen', () => {
  const seenOf = (one: ALog, size: number): SeenCheckpoint => {
    const { root } = openCheckpoint(one.note(size), { log: one.signer.key }, nodeVerify);
    return { origin: one.origin, size, root, note: one.note(size) };
  };
  const begun = async (...seen: readonly SeenCheckpoint[]): Promise<WitnessService> => {
    const one = witness([signer(1)], records, seen);
    await one.begin();
    return one;
  };
  const forkAfter = (size: number) => new ALog(log.origin, 'a', 7, { forkedAt: size });

  it('cosigns what continues it, and no longer what continues only its record', async () => {
    await add(witness(), log.request(0, 5));
    const one = await begun(seenOf(log, 8), seenOf(other, 3));
    expect(await add(one, forkAfter(5).request(5, 9))).toMatchObject({ status: 409, size: 8 });
    expect(await statusOf(add(one, forkAfter(5).request(8, 9)))).toBe(422);
    expect(await statusOf(add(one, log.request(8, 9)))).toBe(200);
    // Of a log that it had not on record it would have cosigned anything.
    expect(await add(one, other.request(0, 4))).toMatchObject({ status: 409, size: 3 });
    expect(lines.join('')).toContain('"from":5,"size":8');
  });

  it('stays where it is when it has seen more by itself, however often it begins', async () => {
    await add(witness(), log.request(0, 8));
    for (let start = 0; start < 2; start += 1) {
      expect(await add(await begun(seenOf(log, 5)), log.request(5, 9))).toMatchObject({ status: 409, size: 8 });
    }
  });

  it('keeps both notes as evidence where the record has another root at that size', async () => {
    await add(witness(), log.request(0, 5));
    const one = await begun(seenOf(fork, 5));
    expect(await database.query('SELECT shown FROM witnessed_fork')).toEqual([{ shown: fork.note(5) }]);
    expect(await statusOf(add(one, log.request(5, 8)))).toBe(200);
  });
});
