import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { Title } from '#exchange/names.js';
import type { Language } from './language.js';

export interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** How wide the window is, where there is one. */
  readonly columns?: number | undefined;
}

export interface TerminalOptions {
  readonly language: Language;
  /** Results as JSON, for scripts. */
  readonly json: boolean;
  readonly out: Stream;
  readonly err: Stream;
}

/** Where results go (`out`) and all else (`err`), in the language that was chosen. */
export class Terminal {
  private hasProgress = false;

  constructor(private readonly options: TerminalOptions) {}

  get isJson(): boolean {
    return this.options.json;
  }

  get language(): Language {
    return this.options.language;
  }

  say(title: Title): string {
    return title[this.options.language];
  }

  line(text = ''): void {
    this.clearProgress();
    this.options.out.write(`${text}\n`);
  }

  /** For people only: it never disturbs what a script reads. */
  note(text: string): void {
    this.clearProgress();
    this.options.err.write(`${text}\n`);
  }

  result(value: unknown): void {
    this.options.out.write(`${JSON.stringify(value, undefined, 2)}\n`);
  }

  /** A table; in a window that is too narrow for it, a paragraph a row. */
  table(head: readonly Title[] | readonly string[], rows: readonly (readonly unknown[])[]): void {
    const heads = head.map((one) => (typeof one === 'string' ? one : this.say(one)));
    const table = new Table({ head: heads, style: { head: [], border: [], compact: true } });
    for (const row of rows) table.push(row.map((cell) => printable(cell)));
    const { columns = Infinity } = this.options.out;
    const text = table.toString();
    // The first line is the frame: a character a column, whatever the cells hold.
    if (text.indexOf('\n') <= columns) this.line(text);
    else this.line(rows.map((row) => paragraph(heads, row)).join('\n\n'));
  }

  mark(ok: boolean): string {
    const [color, mark] = ok ? (['green', '✓'] as const) : (['red', '✗'] as const);
    return this.options.out.isTTY === true ? styleText(color, mark, { validateStream: false }) : mark;
  }

  /** One line that the next one replaces. Nothing where nobody watches. */
  progress(text: string): void {
    if (this.options.err.isTTY !== true || this.isJson) return;
    this.options.err.write(`\r\u001b[2K${text}`);
    this.hasProgress = true;
  }

  clearProgress(): void {
    if (this.hasProgress) this.options.err.write('\r\u001b[2K');
    this.hasProgress = false;
  }
}

function paragraph(heads: readonly string[], row: readonly unknown[]): string {
  return heads
    .map((head, at) => [head, row[at]] as const)
    .filter(([, cell]) => cell !== '')
    .map(([head, cell]) => `${head}: ${printable(cell)}`)
    .join('\n');
}

/**
 * What others wrote, so that it cannot drive the terminal: control characters and those that turn the direction of text
 * are shown by their number.
 */
export function printable(value: unknown): string {
  if (value === undefined || value === null) return '–';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replace(
    /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  );
}
