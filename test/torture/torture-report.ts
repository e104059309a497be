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
  /** What ended without having been killed, and how often; it was started again. */
  readonly endedByThemselves: Readonly<Record<string, number>>;
  /** The end of the log of each that did. */
  readonly lastWords: readonly string[];
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
  /** What the ledger found when it compared both sides, and how often. */
  readonly alerts: Readonly<Record<string, number>>;
  readonly forks: number;
  /** Whether an audit of the whole log, with every checkpoint that was ever shown, finds nothing. */
  readonly auditClean: boolean;
  /** All that must not be, in words. */
  readonly faults: readonly string[];
  readonly seconds: number;
  /** Of these, on what. */
  readonly spent: Readonly<Record<string, number>>;
}

export function isSound({ faults, lost, duplicated, forks, auditClean }: TortureReport): boolean {
  return faults.length === 0 && lost === 0 && duplicated === 0 && forks === 0 && auditClean;
}

/** For people. */
export function describeReport(report: TortureReport): string {
  const { transport, seed, rounds, killed, told, entries, checkpoints, seconds } = report;
  const kills = Object.values(killed).reduce((sum, one) => sum + one, 0);
  const ended = list(report.endedByThemselves);
  return [
    `${isSound(report) ? '✓' : '✗'} ${transport}: ${rounds} rounds in ${Math.round(seconds)} s (seed ${seed})`,
    `  ${kills} kills: ${list(killed)}; ${report.killedWhileStarting} of them while starting`,
    ...(ended === '' ? [] : [`  ended without having been killed, and started again: ${ended}`]),
    `  told: ${list(told)}`,
    `  the log has ${entries} entries; ${checkpoints} checkpoints were shown`,
    `  lost ${report.lost}, duplicated ${report.duplicated}, left open ${report.leftOpen}, forks ${report.forks}, audit ${report.auditClean ? 'clean' : 'NOT CLEAN'}`,
    `  alerts: ${list(report.alerts) || 'none'}`,
    `  time: ${Object.entries(report.spent)
      .map(([what, spent]) => `${Math.round(spent)} s ${what}`)
      .join(', ')}`,
    ...report.lastWords.map((words) => `  ${words}`),
    ...report.faults.map((fault) => `  ✗ ${fault}`),
  ].join('\n');
}

function list(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, count]) => `${count} x ${name}`)
    .join(', ');
}
