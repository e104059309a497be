import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres } from '#embedded/postgres-server.js';
import { removePostgres } from '#embedded/remove-postgres.js';
import { ENTRY_BYTES, measureAppends, type Appends } from '../bench/appends.js';
import { ownKafkaAvailability } from '../support/kafka-server.js';
import type { TransportKind } from '../support/system.js';
import { GoPeers, type PeerRate } from './go-peers.js';
import { peersReport, type Outcome, type PeerResults } from './peers-report.js';
import { measurePublishedEvents, type EventRate } from './published-events.js';

const USAGE = `npm run bench:peers -- [options]     Sluice's ledger and the logs of others, in one run

Builds Tessera and immudb with Go (some minutes, once; they stay in test/.servers), and prints entries a second and the
ratios. What cannot be built here is left out, and the table says why. Kafka needs Java and Maven.

  --seconds N    of load on each peer and transport (default 10, at most 120)
  --json FILE    also write the results as JSON
  --help         this text`;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const MOST_SECONDS = 120;
/** Batches of a thousand in a round, for each second that is asked for: there are three rounds. */
const BATCHES_PER_SECOND = 20;
const LARGE_BATCH = 1024;

async function compare(seconds: number): Promise<PeerResults> {
  // Nothing is removed before the end: ext4 without a journal makes files more slowly the more were deleted in the last minutes.
  await using leftovers = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'sluice-peers-'));
  leftovers.defer(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  // As root, PostgreSQL runs under another account, which must reach its data.
  chmodSync(folder, 0o711);
  const before = loadavg()[0] ?? 0;
  const load = { seconds, bytes: ENTRY_BYTES };
  const peers = await outcome('building', () => GoPeers.open(folder));
  const peer = <Value>(name: string, measure: (of: GoPeers) => Promise<Value>): Promise<Outcome<Value>> =>
    'missing' in peers ? Promise.resolve(peers) : outcome(name, () => measure(peers.value));
  const overHttp = () => peer('Tessera over HTTP', (of) => of.tesseraOverHttp(load));
  const published = (transport: TransportKind) => measurePublishedEvents(transport, seconds, leftovers);
  return {
    at: new Date().toISOString(),
    machine: { cores: availableParallelism(), node: process.version },
    bytes: ENTRY_BYTES,
    tessera: await peer('Tessera in process', (of) => of.tesseraInProcess(load, 256)),
    tesseraLargeBatches: await peer('Tessera, larger batches', (of) => of.tesseraInProcess(load, LARGE_BATCH)),
    appends: await appendsIn(folder, seconds, leftovers),
    immudb: await peer('immudb', (of) => of.immudbSets(load)),
    ...(await inTurns(
      overHttp,
      () => outcome('the embedded transport', () => published('embedded')),
      () => throughKafka(() => published('kafka')),
    )),
    load: { before, after: loadavg()[0] ?? 0 },
  };
}

/** A core's speed moves from minute to minute: the peer is measured before, between and after what is compared with it. */
async function inTurns(
  overHttp: () => Promise<Outcome<PeerRate>>,
  throughEmbedded: () => Promise<Outcome<EventRate>>,
  throughKafka: () => Promise<Outcome<EventRate>>,
): Promise<Pick<PeerResults, 'tesseraOverHttp' | 'embedded' | 'kafka'>> {
  const before = await overHttp();
  const embedded = await throughEmbedded();
  const between = await overHttp();
  const kafka = await throughKafka();
  return { tesseraOverHttp: meanOf([before, between, await overHttp()]), embedded, kafka };
}

/** Missing where one is. */
function meanOf(outcomes: readonly Outcome<PeerRate>[]): Outcome<PeerRate> {
  const missing = outcomes.find((one) => 'missing' in one);
  if (missing !== undefined) return missing;
  const rates = outcomes.flatMap((one) => ('value' in one ? one.value : []));
  const mean = (of: (rate: PeerRate) => number) => rates.reduce((sum, rate) => sum + of(rate), 0) / rates.length;
  return { value: { perSecond: mean(({ perSecond }) => perSecond), refused: mean(({ refused }) => refused) } };
}

async function appendsIn(folder: string, seconds: number, leftovers: AsyncDisposableStack): Promise<Appends> {
  console.error('  the ledger and plain inserts');
  const dataDir = join(folder, 'postgres');
  leftovers.defer(() => removePostgres(dataDir));
  const postgres = await startPostgres({ dataDir, port: 0 });
  try {
    return await measureAppends(postgres.adminUrl, folder, Math.ceil(seconds * BATCHES_PER_SECOND));
  } finally {
    await postgres.stop();
  }
}

async function throughKafka(measure: () => Promise<EventRate>) {
  const kafka = ownKafkaAvailability();
  if (!kafka.available) return { missing: `Kafka needs ${kafka.reason}` };
  return outcome('Kafka', measure);
}

/** One that fails does not stop the others. */
async function outcome<Value>(name: string, work: () => Promise<Value>): Promise<Outcome<Value>> {
  console.error(`  ${name}`);
  try {
    return { value: await work() };
  } catch (error) {
    console.error(error);
    return { missing: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
  }
}

async function main(): Promise<number> {
  const seconds = Number(values.seconds);
  if (!(seconds >= 1 && seconds <= MOST_SECONDS)) {
    console.error(`bench:peers: --seconds takes a number from 1 to ${MOST_SECONDS}, not "${values.seconds}"`);
    return 2;
  }
  const results = await compare(seconds);
  console.log(peersReport(results));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
  return 0;
}

if (values.help) console.log(USAGE);
else process.exit(await main());
