/** Where the time goes. */
export class Spent {
  /** By what it was spent on, rounded. */
  readonly seconds: Record<string, number> = {};
  private readonly began = performance.now();

  get total(): number {
    return (performance.now() - this.began) / 1000;
  }

  async on<T>(what: string, work: Promise<T>): Promise<T> {
    const began = performance.now();
    try {
      return await work;
    } finally {
      const seconds = (this.seconds[what] ?? 0) + (performance.now() - began) / 1000;
      this.seconds[what] = Math.round(seconds * 1000) / 1000;
    }
  }
}
