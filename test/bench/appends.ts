import { randomUUID } from 'node:crypto';
import { nodeTreeHash } from '#merkle/node-cryptography.js';
import { createServiceDatabase, withClient } from '#embedded/service-database.js';
import { openDatabase } from '#platform/database/open-database.js';
import { migrations } from '../../apps/ledger/src/open-ledger.js';
import type { Candidate } from '../../apps/ledger/src/sequencing/candidate.js';
import { SequencingRepository } from '../../apps/ledger/src/sequencing/sequencing.repository.js';
import { ShardSequencer } from '../../apps/ledger/src/sequencing/shard-sequencer.js';

export interface Appends {
  /** Entries a second: deduplicated, hashed, indexed and durable. */
  readonly ledgerPerSecond: number;
  /** Rows a second: the same bytes in batches of the same size under a unique id, durable. */
  readonly plainPerSecond: number;
  readonly ratio: number;
}

const BATCH = 1000;
const BATCHES = 30;
const ROUNDS = 3;
const ENTRY_BYTES = 400;

/** The ledger's sequencer and plain batched inserts in turn, in two databases of one server. */
export async function measureAppends(adminUrl: string): Promise<Appends> {
  const account = { role: 'bench', password: randomUUID() };
  const ledgerUrl = await createServiceDatabase(adminUrl, { database: 'bench_ledger', ...account });
  const plainUrl = await createServiceDatabase(adminUrl, { database: 'bench_plain', ...account });
  const database = await openDatabase({ url: ledgerUrl, name: 'bench', migrations });
  try {
    const sequencer = await ShardSequencer.start(
      0,
      'bench.localhost/0',
      new SequencingRepository(database),
      nodeTreeHash,
    );
    const total = { ledger: 0, plain: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      total.ledger += await timed(batches(), (batch) => sequencer.append(batch));
      total.plain += await insertPlainly(plainUrl, batches());
    }
    const entries = BATCH * BATCHES * ROUNDS;
    return {
      ledgerPerSecond: entries / total.ledger,
      plainPerSecond: entries / total.plain,
      ratio: total.plain / total.ledger,
    };
  } finally {
    await database.destroy();
  }
}

function insertPlainly(url: string, groups: readonly (readonly Candidate[])[]): Promise<number> {
  return withClient(url, async (client) => {
    await client.query('CREATE TABLE IF NOT EXISTS plain (id uuid PRIMARY KEY, data bytea NOT NULL)');
    return timed(groups, (batch) =>
      client.query('INSERT INTO plain SELECT * FROM unnest($1::uuid[], $2::bytea[])', [
        batch.map((one) => one.event),
        batch.map((one) => one.entry),
      ]),
    );
  });
}

/** Seconds. */
async function timed<Batch>(groups: readonly Batch[], work: (batch: Batch) => Promise<unknown>): Promise<number> {
  const start = performance.now();
  for (const group of groups) await work(group);
  return (performance.now() - start) / 1000;
}

function batches(): readonly (readonly Candidate[])[] {
  return Array.from({ length: BATCHES }, () => Array.from({ length: BATCH }, candidate));
}

function candidate(): Candidate {
  const event = randomUUID();
  const entry = Buffer.from(JSON.stringify({ id: event, filler: randomUUID().repeat(12) }).slice(0, ENTRY_BYTES));
  return { event, tag: 1, entry, leaf: nodeTreeHash.leaf(entry) };
}
