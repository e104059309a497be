/** What the launcher prints: a line for each step, with the seconds since the start. */
export class Terminal {
  private readonly started = performance.now();

  constructor(private readonly out: { write(text: string): unknown; readonly columns?: number } = process.stdout) {}

  /** Columns of characters. Where it is no terminal, wide. */
  get width(): number {
    return this.out.columns ?? 160;
  }

  readonly step = (line: string): void => {
    const seconds = ((performance.now() - this.started) / 1000).toFixed(1).padStart(5);
    this.out.write(`${seconds} s  ${line}\n`);
  };

  readonly text = (text: string): void => {
    this.out.write(`${text}\n`);
  };
}
