import Table from 'cli-table3';
import type { Appends } from '../bench/appends.js';
import type { PeerRate } from './go-peers.js';
import type { EventRate } from './published-events.js';

/** What was measured, or why it was not. */
export type Outcome<Value> = { readonly value: Value } | { readonly missing: string };

export interface PeerResults {
  readonly at: string;
  readonly machine: { readonly cores: number; readonly node: string };
  /** Processes that wanted a processor, in the minute before and in the last one. */
  readonly load: { readonly before: number; readonly after: number };
  /** Of an entry, to peers and to the ledger's input. */
  readonly bytes: number;
  readonly appends: Appends;
  readonly tessera: Outcome<PeerRate>;
  /** With batches as large as those that the ledger is given. */
  readonly tesseraLargeBatches: Outcome<PeerRate>;
  /** The mean of three, before, between and after `embedded` and `kafka`. */
  readonly tesseraOverHttp: Outcome<PeerRate>;
  readonly immudb: Outcome<PeerRate>;
  readonly embedded: Outcome<EventRate>;
  readonly kafka: Outcome<EventRate>;
}

type Measured = Outcome<{ readonly perSecond: number; readonly refused?: number }>;

/** What a person reads. */
export function peersReport(results: PeerResults): string {
  const { machine, load, bytes, appends } = results;
  const place = `${machine.cores} cores, Node ${machine.node}, load ${load.before.toFixed(1)} before and ${load.after.toFixed(1)} after`;
  const wait = `Appended to published within ${Math.round(appends.longestWait)} ms at the most; goal 1000 ms.`;
  const tables = [ratesOf(results), ratiosOf(results)].map(String).join('\n');
  return `\nSluice's ledger beside other logs, entries of ${bytes} bytes: ${place}\n${tables}\n${wait}`;
}

function ratesOf(results: PeerResults): Table.Table {
  const { appends } = results;
  const table = new Table({ head: ['durable entries a second', '', 'refused'], style: { head: [], border: [] } });
  const rows: [string, Measured][] = [
    ['Sluice: appends, published at the same time', { value: { perSecond: appends.ledgerPerSecond } }],
    ['Sluice: until the last of a round is published', { value: { perSecond: appends.publishedPerSecond } }],
    ['PostgreSQL: plain batched inserts', { value: { perSecond: appends.plainPerSecond } }],
    ['Tessera: POSIX storage, in process', results.tessera],
    ['Tessera: POSIX storage, in process, batches of 1,024', results.tesseraLargeBatches],
    ['Tessera: its server over HTTP, 512 writers', results.tesseraOverHttp],
    ['immudb: single sets, 100 clients', results.immudb],
    ['Sluice: published to sequenced, embedded transport', results.embedded],
    ['Sluice: published to sequenced, Kafka', results.kafka],
  ];
  for (const [name, outcome] of rows) {
    const refused = 'value' in outcome ? (outcome.value.refused ?? 0) : 0;
    table.push([name, shown(outcome), refused === 0 ? '' : `${(refused * 100).toFixed(1)} %`]);
  }
  return table;
}

function ratiosOf(results: PeerResults): Table.Table {
  const table = new Table({ head: ['ratio of this run', '', 'goal'], style: { head: [], border: [] } });
  const appends = { value: { perSecond: results.appends.ledgerPerSecond } };
  const rows: [string, Measured, Measured, string][] = [
    ['appends / plain batched inserts', appends, { value: { perSecond: results.appends.plainPerSecond } }, '0.8'],
    ['appends / Tessera in process', appends, results.tessera, '1'],
    ['appends / Tessera in process, batches of 1,024', appends, results.tesseraLargeBatches, ''],
    ['appends / immudb single sets', appends, results.immudb, '5'],
    ['embedded, published to sequenced / Tessera over HTTP', results.embedded, results.tesseraOverHttp, '2'],
    ['Kafka, published to sequenced / Tessera over HTTP', results.kafka, results.tesseraOverHttp, '2'],
  ];
  for (const [name, ours, theirs, goal] of rows) table.push([name, ratioOf(ours, theirs), goal]);
  return table;
}

function shown(outcome: Measured): string {
  if ('missing' in outcome) return `not measured: ${outcome.missing}`;
  return Math.round(outcome.value.perSecond).toLocaleString('en');
}

function ratioOf(ours: Measured, theirs: Measured): string {
  if ('missing' in ours || 'missing' in theirs) return 'not measured';
  return (ours.value.perSecond / theirs.value.perSecond).toFixed(2);
}
