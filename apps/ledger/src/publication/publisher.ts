import { Nudge } from '#platform/transport/embedded/nudge.js';
import type { Tile } from '#merkle/tile.js';
import { LedgerError } from '../ledger-error.js';
import type { PublishedLog } from './published-log.js';
import type { SequencedLogRepository } from './sequenced-log.repository.js';
import { labelOf } from '../shards/shard.js';

export interface PublisherOptions {
  readonly shard: number;
  /** Of this process's writer: a publisher stops with it. */
  readonly epoch: number;
  readonly log: PublishedLog;
  readonly sequenced: SequencedLogRepository;
  readonly onPublished?: (seconds: number) => void;
  /** It failed and will be tried again. */
  readonly onError: (error: unknown) => void;
  /** It must not go on: the process has to end. */
  readonly onFinal: (error: LedgerError) => void;
  /** Milliseconds between two publications, at the least. */
  readonly pauseMs?: number;
  /** Milliseconds after which it looks although nothing woke it: at what a failure left, at a database that went back. */
  readonly idleMs?: number;
  /** Milliseconds for which readers of an older checkpoint still find its partial tiles. */
  readonly graceMs?: number;
}

/** Entries of one publication: at most so many and one batch. */
const MOST_ENTRIES = 8192;

/** Publishes what was sequenced, apart from sequencing: neither waits for the other. */
export class Publisher {
  private readonly stopping = new AbortController();
  private readonly nudge = new Nudge();
  private readonly outdated: { readonly tile: Tile; readonly due: number }[] = [];
  private loop: Promise<void> = Promise.resolve();
  private target: number;
  private behindSince: number | undefined;

  constructor(private readonly options: PublisherOptions) {
    this.target = options.log.head.size;
  }

  start(): void {
    this.loop = this.run();
  }

  /** There are entries up to this size. */
  wake(size: number): void {
    this.expect(size);
    this.nudge.give();
  }

  /** Resolves once what is sequenced is published, if that can be done now; else the next process will. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  /** Entries that are sequenced and not published, and for how many seconds the oldest of them may have waited. */
  lag(): { readonly entries: number; readonly seconds: number } {
    const seconds = this.behindSince === undefined ? 0 : (performance.now() - this.behindSince) / 1000;
    return { entries: this.target - this.options.log.head.size, seconds };
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    const { pauseMs = 200, idleMs = 1000 } = this.options;
    const pause = new Nudge();
    while (!signal.aborted) {
      this.nudge.forget();
      const did = await this.tryStep();
      if (did === 'final') return;
      if (did === 'published') await pause.wait(pauseMs, signal);
      else if (did !== 'backlog') await this.nudge.wait(idleMs, signal);
    }
    while (['published', 'backlog'].includes(await this.tryStep()));
  }

  private async tryStep(): Promise<'backlog' | 'published' | 'idle' | 'failed' | 'final'> {
    try {
      await this.removeOutdated();
      const entries = await this.step();
      if (entries === 0) return 'idle';
      return entries >= MOST_ENTRIES ? 'backlog' : 'published';
    } catch (error) {
      if (error instanceof LedgerError && error.isFinal) {
        this.options.onFinal(error);
        return 'final';
      }
      this.options.onError(error);
      return 'failed';
    }
  }

  /** How many entries were published. */
  private async step(): Promise<number> {
    const { log, onPublished } = this.options;
    const sequenced = await this.sizeOfOurs();
    const before = log.head.size;
    const full = log.isPending ? await log.publish() : await this.extend(sequenced);
    if (full === undefined) return 0;
    const due = performance.now() + (this.options.graceMs ?? 60_000);
    this.outdated.push(...full.map((tile) => ({ tile, due })));
    if (this.behindSince !== undefined) onPublished?.((performance.now() - this.behindSince) / 1000);
    this.target = Math.max(this.target, log.head.size);
    // The oldest of what is left came after the look into the database, or the look was limited: count it from now.
    this.behindSince = this.target > log.head.size ? performance.now() : undefined;
    return log.head.size - before;
  }

  /** What the database has. Throws where that is less than is published, or has another writer. */
  private async sizeOfOurs(): Promise<number> {
    const { shard, epoch, log, sequenced } = this.options;
    const head = await sequenced.head(shard);
    if (head?.epoch !== epoch) {
      throw new LedgerError('FENCED', `another ledger has taken shard ${labelOf(shard)} over; this one must stop`);
    }
    if (head.size < log.head.size) {
      throw new LedgerError(
        'PUBLISHED_AHEAD',
        `shard ${labelOf(shard)} lost entries: the database has ${head.size} left`,
      );
    }
    this.expect(head.size);
    return head.size;
  }

  /** Publishes what the database has beyond the head: the tiles that became full. Undefined where it has nothing. */
  private async extend(size: number): Promise<readonly Tile[] | undefined> {
    const { shard, log, sequenced } = this.options;
    if (size === log.head.size) {
      await log.complete();
      return undefined;
    }
    const next = await sequenced.after(shard, log.head.size, MOST_ENTRIES);
    if (next !== undefined) return log.extend(next);
    throw new LedgerError('BATCH_DAMAGED', `shard ${labelOf(shard)} has no batch that begins at ${log.head.size}`);
  }

  private expect(size: number): void {
    this.target = Math.max(this.target, size);
    if (this.target > this.options.log.head.size) this.behindSince ??= performance.now();
  }

  private async removeOutdated(): Promise<void> {
    const now = performance.now();
    while (this.outdated[0] !== undefined && this.outdated[0].due <= now) {
      await this.options.log.removePartials(this.outdated[0].tile);
      this.outdated.shift();
    }
  }
}
