import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createServiceDatabase, withClient } from '#embedded/service-database.js';
import { LogUnderLoad, rawEntries, type RawEntry } from './log-under-load.js';

export interface Appends {
  /** Entries a second: deduplicated, hashed, indexed and durable, while what was appended before is published. */
  readonly ledgerPerSecond: number;
  /** Rows a second: the same bytes in batches of the same size under a unique id, durable. */
  readonly plainPerSecond: number;
  /** The first by the second. */
  readonly ratio: number;
  /** Entries a second if the clock runs until the last of a round is published, too. */
  readonly publishedPerSecond: number;
  /** Milliseconds from an entry's being sequenced to its being published, at the most. */
  readonly longestWait: number;
}

const BATCH = 1000;
const ROUNDS = 3;
export const ENTRY_BYTES = 400;

/**
 * The ledger's sequencer and plain batched inserts in turn, in two databases of one server: three rounds of as many batches
 * as `batches` says. Tiles go into `folder`, and are left there.
 */
export async function measureAppends(adminUrl: string, folder: string, batches = 100): Promise<Appends> {
  const account = { role: 'bench', password: randomUUID() };
  const ledgerUrl = await createServiceDatabase(adminUrl, { database: 'bench_ledger', ...account });
  const plainUrl = await createServiceDatabase(adminUrl, { database: 'bench_plain', ...account });
  await using log = await LogUnderLoad.open(ledgerUrl, join(folder, 'tiles'));
  const total = { ledger: 0, published: 0, plain: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    const batchesOfRound = groups(batches);
    const start = performance.now();
    total.ledger += await timed(batchesOfRound, {
      prepare: (batch) => log.prepare(batch),
      commit: (prepared) => log.append(prepared),
    });
    await log.untilPublished();
    total.published += (performance.now() - start) / 1000;
    total.plain += await insertPlainly(plainUrl, groups(batches));
  }
  const entries = BATCH * batches * ROUNDS;
  return {
    ledgerPerSecond: entries / total.ledger,
    plainPerSecond: entries / total.plain,
    ratio: total.plain / total.ledger,
    publishedPerSecond: entries / total.published,
    longestWait: log.longestWait,
  };
}

function insertPlainly(url: string, batches: readonly (readonly RawEntry[])[]): Promise<number> {
  return withClient(url, async (client) => {
    await client.query('CREATE TABLE IF NOT EXISTS plain (id uuid PRIMARY KEY, data bytea NOT NULL)');
    return timed(batches, {
      prepare: (batch) => [batch.map((one) => one.event), batch.map((one) => one.entry)],
      commit: (columns) => client.query('INSERT INTO plain SELECT * FROM unnest($1::uuid[], $2::bytea[])', columns),
    });
  });
}

interface Course<Prepared> {
  readonly prepare: (batch: readonly RawEntry[]) => Prepared;
  readonly commit: (prepared: Prepared) => Promise<unknown>;
}

/** Seconds. One batch is committed at a time, and the next is prepared meanwhile, as the ledger does with what comes. */
async function timed<Prepared>(
  batches: readonly (readonly RawEntry[])[],
  { prepare, commit }: Course<Prepared>,
): Promise<number> {
  const start = performance.now();
  let committing: Promise<unknown> | undefined;
  for (const batch of batches) {
    const prepared = prepare(batch);
    await committing;
    committing = commit(prepared);
  }
  await committing;
  return (performance.now() - start) / 1000;
}

function groups(count: number): readonly (readonly RawEntry[])[] {
  return Array.from({ length: count }, () => rawEntries(BATCH, ENTRY_BYTES));
}
