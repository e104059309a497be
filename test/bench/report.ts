import Table from 'cli-table3';
import type { Appends } from './appends.js';
import type { AuditRate } from './audit.js';
import type { DiskUse } from './disk.js';
import type { Exchanges } from './exchanges.js';
import type { Floor } from './floor.js';
import { atLeast, MEMORY_MIB, SECOND_START_SECONDS, under, type MemoryUse, type StartTimes } from './judgement.js';
import { sumOf } from './processor-time.js';
import type { ProofCost } from './proofs.js';
import type { Reconciled } from './reconciled.js';

export interface Results {
  readonly at: string;
  readonly machine: { readonly cores: number; readonly node: string };
  readonly transport: 'embedded' | 'kafka';
  readonly floor: Floor;
  readonly exchanges: Exchanges;
  readonly reconciled: Reconciled;
  readonly appends: Appends;
  readonly proofs: readonly ProofCost[];
  readonly audit: AuditRate;
  readonly disk: DiskUse;
  readonly start: StartTimes;
  readonly memory: MemoryUse;
}

/** What a person reads. Milliseconds for latency; where there is a goal it stands there, and whether it was met. */
export function report(results: Results): string {
  const { machine, transport, exchanges } = results;
  const place = `${String(machine.cores)} cores, Node ${machine.node}, events over ${transport}`;
  const tables = [throughputOf(exchanges), processorTimeOf(exchanges), othersOf(results), proofsOf(results.proofs)];
  return `\nSluice beside a direct call, and beside the same hops bare: ${place}\n${tables.map(String).join('\n')}`;
}

function throughputOf({ throughput }: Exchanges): Table.Table {
  const rates = new Table({
    head: ['connections', 'direct /s', 'bare /s', 'Sluice /s', 'ratio', 'of bare', 'direct p50/p99', 'bare', 'Sluice'],
    style: { head: [], border: [] },
  });
  for (const { connections, direct, bare, sluice, ratio } of throughput) {
    rates.push([
      connections,
      ...[direct, bare, sluice].map((side) => whole(side.perSecond)),
      ratio.toFixed(2),
      (sluice.perSecond / bare.perSecond).toFixed(2),
      ...[direct, bare, sluice].map(({ p50, p99 }) => `${fine(p50)} / ${fine(p99)} ms`),
    ]);
  }
  return rates;
}

/** Microseconds. */
function processorTimeOf({ throughput }: Exchanges): Table.Table {
  const table = new Table({
    head: ['µs of processor time an exchange', 'gateway', 'adapter', 'ledger', 'PostgreSQL', 'together'],
    style: { head: [], border: [] },
  });
  for (const { connections, cpuMicros } of throughput) {
    const { gateway, adapters, ledger, PostgreSQL } = cpuMicros;
    table.push([`${connections} connections`, ...[gateway, adapters, ledger, PostgreSQL, sumOf(cpuMicros)].map(whole)]);
  }
  return table;
}

/** Out of files, of synthetic trees: see synthetic-tree.ts. */
function proofsOf(proofs: readonly ProofCost[]): Table.Table {
  const table = new Table({
    head: [
      'inclusion proof in a tree of',
      'p50',
      'goal',
      'p99',
      'p50 at first',
      'processor time',
      'tiles read',
      'hashes',
    ],
    style: { head: [], border: [] },
  });
  for (const { size, p50, p99, coldP50, processor, tiles, hashes } of proofs) {
    const [half = '', ...times] = [p50, p99, coldP50, processor].map((one) => `${one.toFixed(2)} ms`);
    table.push([whole(size), half, under(p50, 1, 'ms'), ...times, tiles.toFixed(1), hashes]);
  }
  return table;
}

function diskOf({ entries, database, eventIndex, tiles, partials }: DiskUse): [string, string, string][] {
  const parts = `${whole(database)} in PostgreSQL (its index of events ${whole(eventIndex)}), ${whole(tiles)} in files`;
  return [
    [`disk bytes an entry, of ${whole(entries)}`, `${whole(database + tiles)}: ${parts}`, ''],
    ['besides, in partial tiles that go within a minute', whole(partials), ''],
  ];
}

function othersOf({ exchanges, floor, appends, audit, disk, start, memory }: Results): Table.Table {
  const { throughput, halfLoad } = exchanges;
  const { needed, of } = halfLoad.provable.witnesses;
  const provable = `accepted to provable, cosigned by ${needed} of ${of} witnesses and verified`;
  const others = new Table({ head: ['measure', 'value', 'goal'], style: { head: [], border: [] } });
  const best = (side: 'sluice' | 'bare' | 'direct') => Math.max(...throughput.map((one) => one[side].perSecond));
  const throughputRatio = best('sluice') / best('direct');
  others.push(
    ['highest throughput: exchange / direct call', throughputRatio.toFixed(2), atLeast(throughputRatio, 0.5)],
    ['the same hops, signatures and commits, bare / direct call', (best('bare') / best('direct')).toFixed(2), ''],
    ['Ed25519 of an exchange, alone and hot', `${whole(floor.cryptographyMicros)} µs`, ''],
    ['one page flushed to disk, p50 / p99', `${fine(floor.flushP50)} / ${fine(floor.flushP99)} ms`, ''],
    [
      `added latency p50 at ${whole(halfLoad.perSecond)}/s`,
      `${fine(halfLoad.addedP50)} ms`,
      under(halfLoad.addedP50, 3, 'ms'),
    ],
    [
      `added latency p99 at ${whole(halfLoad.perSecond)}/s`,
      `${fine(halfLoad.addedP99)} ms`,
      under(halfLoad.addedP99, 15, 'ms'),
    ],
    ['the same hops bare at that rate, added p50 / p99', addedByBare(halfLoad), ''],
    [`${provable}, p50`, `${whole(halfLoad.provable.p50)} ms`, ''],
    [
      `${provable}, p99 of ${whole(halfLoad.provable.samples)}`,
      `${whole(halfLoad.provable.p99)} ms`,
      under(halfLoad.provable.p99, 1000, 'ms'),
    ],
    ['ledger appends a second, durable', whole(appends.ledgerPerSecond), ''],
    ['ledger appends / plain batched inserts', appends.ratio.toFixed(2), atLeast(appends.ratio, 0.8)],
    ['appended to published, at the most', `${whole(appends.longestWait)} ms`, under(appends.longestWait, 1000, 'ms')],
    [
      `entries audited a second of one core, of ${whole(audit.entries)}`,
      whole(audit.perCore),
      atLeast(audit.perCore, 200_000),
    ],
    ['the same by the clock', whole(audit.perSecond), ''],
    ...diskOf(disk),
    [
      'start to ready, first / second',
      `${start.firstSeconds.toFixed(1)} / ${start.secondSeconds.toFixed(1)} s`,
      `the second ${under(start.secondSeconds, SECOND_START_SECONDS, 's')}`,
    ],
    [
      'memory of all processes, idle / after load',
      `${whole(memory.idleMiB)} / ${whole(memory.afterLoadMiB)} MiB`,
      under(Math.max(memory.idleMiB, memory.afterLoadMiB), MEMORY_MIB, 'MiB'),
    ],
  );
  return others;
}

function addedByBare({ bare, direct }: Exchanges['halfLoad']): string {
  return `${fine(bare.p50 - direct.p50)} / ${fine(bare.p99 - direct.p99)} ms`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function fine(value: number): string {
  return value.toFixed(1);
}
