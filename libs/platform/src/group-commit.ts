/** Stores items together, or none of them. Results by position. */
export type Commit<Item, Result> = (items: readonly Item[]) => Promise<readonly Result[]>;

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommitOptions {
  readonly maxItems?: number;
  /** How long the first item of a group waits for company. 0, the default: for what this turn of the event loop brings. */
  readonly lingerMs?: number;
}

/**
 * Many requests, one commit: what arrives while a commit is under way goes together into the next one. Unless it is told to
 * linger, a lone item waits for nothing but the end of the event loop's turn, in which others of the same moment are read. A
 * commit that fails rejects each of its items and no other.
 */
export class GroupCommit<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private isUnderWay = false;
  private readonly maxItems: number;
  private readonly lingerMs: number;

  constructor(
    private readonly commit: Commit<Item, Result>,
    options: GroupCommitOptions = {},
  ) {
    this.maxItems = options.maxItems ?? 1000;
    this.lingerMs = options.lingerMs ?? 0;
  }

  /** Resolves once the item is stored, with its result. */
  submit(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.startIfFree();
    });
  }

  private startIfFree(): void {
    if (this.isUnderWay || this.waiting.length === 0) return;
    this.isUnderWay = true;
    const run = () => {
      this.runNext();
    };
    if (this.lingerMs === 0) setImmediate(run);
    else setTimeout(run, this.lingerMs);
  }

  private runNext(): void {
    const group = this.waiting.slice(0, this.maxItems);
    this.waiting = this.waiting.slice(this.maxItems);
    void this.run(group);
  }

  private async run(group: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.commit(group.map((one) => one.item));
      if (results.length !== group.length) throw new Error('a commit returned a result too many or too few');
      // The length was just compared: each position has its result.
      group.forEach((one, position) => {
        one.resolve(results[position] as Result);
      });
    } catch (error) {
      for (const one of group) one.reject(error);
    } finally {
      this.isUnderWay = false;
      this.startIfFree();
    }
  }
}
