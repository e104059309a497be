import Table from 'cli-table3';
import { departmentOf } from '#exchange/names.js';
import type { DemoFiles } from '../demo/demo-files.js';
import { isAsExpected, type Outcome } from './outcome.js';
import type { Proof } from './prove.js';
import { withheldOf } from './withheld.js';

export interface ProvenOutcome {
  readonly outcome: Outcome;
  readonly proof: Proof;
}

/** Columns of characters, as they share a terminal of 140. A narrower one gets narrower columns, to a point. */
const WIDTHS = [21, 23, 33, 36, 8, 18];
const NARROWEST = 100;

/** Who asked whom, what was released, what was withheld and why, how long, and the proof's check. */
export function toTable(rows: readonly ProvenOutcome[], files: DemoFiles, terminalWidth: number): string {
  const widths = WIDTHS.map((width) => Math.max(8, Math.floor(width * scaleFor(terminalWidth))));
  const table = new Table({
    head: ['asked', 'of', 'released', 'withheld, and why', 'ms', 'proof'],
    colWidths: widths,
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const { outcome, proof } of rows) {
    const owner = files.departments.find(({ department }) => department.id === departmentOf(outcome.resource));
    table.push([
      outcome.title.en,
      `${owner?.department.title.en ?? ''}\n${outcome.resource.replace('/', '/\n')}`,
      releasedOf(outcome),
      withheldOf(outcome, files),
      outcome.ms.toFixed(1),
      `${proof.ok && isAsExpected(outcome) ? '✓' : '✗'} ${proof.summary}`,
    ]);
  }
  return table.toString();
}

function scaleFor(terminalWidth: number): number {
  const full = WIDTHS.reduce((sum, width) => sum + width + 1, 1);
  return Math.min(full, Math.max(NARROWEST, terminalWidth)) / full;
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
