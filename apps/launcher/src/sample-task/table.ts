import Table from 'cli-table3';
import type { Agreement } from '#policy/agreement.js';
import { isAsExpected, type Outcome } from './outcome.js';
import type { Proof } from './prove.js';
import { withheldOf } from './withheld.js';

export interface ProvenOutcome {
  readonly outcome: Outcome;
  readonly proof: Proof;
}

const WIDTHS = [25, 27, 34, 42, 8, 26];

/** Who asked whom, what was released, what was withheld and why, how long, and the proof's check. */
export function toTable(rows: readonly ProvenOutcome[], consumer: string, agreements: readonly Agreement[]): string {
  const table = new Table({
    head: ['asked', 'of', 'released', 'withheld, and why', 'ms', 'proof'],
    colWidths: WIDTHS,
    wordWrap: true,
    style: { head: [], border: [], compact: false },
  });
  for (const { outcome, proof } of rows) {
    table.push([
      outcome.title.en,
      outcome.resource,
      releasedOf(outcome),
      withheldOf(outcome, consumer, agreements),
      outcome.ms.toFixed(1),
      `${proof.ok && isAsExpected(outcome) ? '✓' : '✗'} ${proof.summary}`,
    ]);
  }
  return table.toString();
}

function releasedOf(outcome: Outcome): string {
  const { answer, came, expected } = outcome;
  if (answer === undefined) return came === expected ? `nothing: ${came}` : `nothing: ${came}, expected ${expected}`;
  const { rows } = answer.data;
  if (rows.length === 0) return 'no row matches';
  return rows
    .slice(0, 2)
    .map((row) =>
      Object.entries(row)
        .map(([name, value]) => `${name} ${String(value)}`)
        .join('\n'),
    )
    .join('\n\n');
}
