/** Stores items together, or none of them. Results by position. */
export type Commit<Item, Result> = (items: readonly Item[]) => Promise<readonly Result[]>;

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommitOptions {
  readonly maxItems?: number;
  /** Commits that may be under way at once. With more than one, the order between commits is not kept. */
  readonly lanes?: number;
  /** How long the first item of a group waits for company. 0, the default: not at all. */
  readonly lingerMs?: number;
}

/**
 * Many requests, one commit: what arrives while a commit is under way goes together into the next one. Unless it is told to
 * linger, a lone item is committed at once. A commit that fails rejects each of its items and no other.
 */
export class GroupCommit<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private underWay = 0;
  private readonly maxItems: number;
  private readonly lanes: number;
  private readonly lingerMs: number;

  constructor(
    private readonly commit: Commit<Item, Result>,
    options: GroupCommitOptions = {},
  ) {
    this.maxItems = options.maxItems ?? 1000;
    this.lanes = options.lanes ?? 1;
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
    if (this.underWay >= this.lanes || this.waiting.length === 0) return;
    this.underWay += 1;
    if (this.lingerMs === 0) this.runNext();
    else
      setTimeout(() => {
        this.runNext();
      }, this.lingerMs);
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
      this.underWay -= 1;
      this.startIfFree();
    }
  }
}
