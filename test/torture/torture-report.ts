import type { TransportKind } from '../support/system.js';

/** What many rounds on one transport came to. */
export interface TortureReport {
  readonly transport: TransportKind;
  readonly seed: number;
  readonly rounds: number;
  /** How often each process was killed. */
  readonly killed: Readonly<Record<string, number>>;
  /** Of these, while they were starting after the kill before. */
  readonly killedWhileStarting: number;
  /** What callers were told, and how often: answers, denials, and failures that say so. */
  readonly told: Readonly<Record<string, number>>;
  readonly entries: number;
  /** Checkpoints that were shown, each proven to be a prefix of the next. */
  readonly checkpoints: number;
  /** Acknowledged events that the log does not have. */
  readonly lost: number;
  readonly duplicated: number;
  /** Permits of which nothing came, and whose failure the gateway was killed before it could record. */
  readonly leftOpen: number;
  readonly forks: number;
  /** Whether an audit of the whole log, with every checkpoint that was ever shown, finds nothing. */
  readonly auditClean: boolean;
  /** All that must not be, in words. */
  readonly faults: readonly string[];
  readonly seconds: number;
}

export function isSound({ faults, lost, duplicated, forks, auditClean }: TortureReport): boolean {
  return faults.length === 0 && lost === 0 && duplicated === 0 && forks === 0 && auditClean;
}

/** For people. */
export function describeReport(report: TortureReport): string {
  const { transport, seed, rounds, killed, killedWhileStarting, told, entries, checkpoints, seconds } = report;
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([name, count]) => `${count} x ${name}`)
      .join(', ');
  return [
    `${isSound(report) ? '✓' : '✗'} ${transport}: ${rounds} rounds in ${Math.round(seconds)} s (seed ${seed})`,
    `  killed: ${list(killed)}; ${killedWhileStarting} of them while starting`,
    `  told: ${list(told)}`,
    `  the log has ${entries} entries; ${checkpoints} checkpoints were shown`,
    `  lost ${report.lost}, duplicated ${report.duplicated}, left open ${report.leftOpen}, forks ${report.forks}, audit ${report.auditClean ? 'clean' : 'NOT CLEAN'}`,
    ...report.faults.map((fault) => `  ✗ ${fault}`),
  ].join('\n');
}
