import type { SluiceEvent } from '#events/contract.js';
import type { EventPublisher } from '#events/transport.js';
import { GroupCommit } from '../group-commit.js';
import { Repeating } from '../repeating.js';
import type { EventName, OutboxRepository } from './outbox.repository.js';

/** Which of these the ledger has sequenced. */
export type Confirm = (names: readonly EventName[]) => Promise<readonly EventName[]>;

export interface OutboxOptions {
  readonly topic: string;
  /** How often the ledger is asked what it has. */
  readonly confirmEveryMs?: number;
  /** What is not sequenced after this long is published again. */
  readonly resendAfterMs?: number;
  readonly onError?: (error: unknown) => void;
}

/** The ledger answers for this many at once, and one sweep reads as many. */
const BATCH = 1000;
/** Events that wait in memory for confirmation. Past this the table alone remembers them. */
const REMEMBERED = 50_000;

/**
 * Brings what was stored with a service's own records to the ledger. A row is done when the ledger has sequenced it, not
 * when a broker took it: until then it is published again, so a broker that loses what it took loses nothing. The ledger
 * knows events by name, so a second copy changes nothing.
 */
export class Outbox {
  private readonly publishing: GroupCommit<SluiceEvent, void>;
  /** Published by this process and not known to be sequenced. By `id type`. */
  private readonly unconfirmed = new Map<string, EventName>();
  private readonly confirming: Repeating;
  private readonly sweeping: Repeating;
  private readonly resendAfterMs: number;
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly rows: OutboxRepository,
    private readonly publisher: EventPublisher,
    private readonly confirm: Confirm,
    private readonly options: OutboxOptions,
  ) {
    this.resendAfterMs = options.resendAfterMs ?? 5000;
    this.publishing = new GroupCommit(async (events) => {
      await publisher.publish(options.topic, events);
      return events.map(() => undefined);
    });
    this.confirming = new Repeating(() => this.confirmPublished(), options.confirmEveryMs ?? 250, options.onError);
    this.sweeping = new Repeating(() => this.sweep(), this.resendAfterMs, options.onError);
  }

  start(): void {
    this.confirming.start();
    this.sweeping.start();
  }

  /**
   * Call it once the rows are committed: they go out at once, from memory. Never throws: what cannot be published now is
   * published by a later sweep, by this process or, after a crash, by the next.
   */
  committed(events: readonly SluiceEvent[]): void {
    for (const event of events) {
      const sent = this.publish(event).finally(() => this.underWay.delete(sent));
      this.underWay.add(sent);
    }
  }

  /** Waits for what is being published. What is not confirmed by then stays in the table for the next start. */
  async stop(): Promise<void> {
    await Promise.all(this.underWay);
    await Promise.all([this.confirming.stop(), this.sweeping.stop()]);
  }

  private async publish(event: SluiceEvent): Promise<void> {
    try {
      await this.publishing.submit(event);
      this.remember(event);
    } catch (error) {
      this.options.onError?.(error);
    }
  }

  private remember({ id, type }: SluiceEvent): void {
    if (this.unconfirmed.size < REMEMBERED) this.unconfirmed.set(`${id} ${type}`, { id, type });
  }

  private async confirmPublished(): Promise<void> {
    const names = [...this.unconfirmed.values()];
    for (let from = 0; from < names.length; from += BATCH) {
      await this.removeSequenced(names.slice(from, from + BATCH));
    }
  }

  private async removeSequenced(names: readonly EventName[]): Promise<ReadonlySet<string>> {
    const sequenced = await this.confirm(names);
    if (sequenced.length > 0) await this.rows.remove(sequenced);
    const done = new Set(sequenced.map(({ id, type }) => `${id} ${type}`));
    for (const name of done) this.unconfirmed.delete(name);
    return done;
  }

  /** Two processes that sweep at once publish some events twice, which changes nothing. */
  private async sweep(): Promise<void> {
    const overdue = await this.rows.overdue(this.resendAfterMs, BATCH);
    if (overdue.length === 0) return;
    const done = await this.removeSequenced(overdue.map(({ id, type }) => ({ id, type })));
    const again = overdue.filter(({ id, type }) => !done.has(`${id} ${type}`));
    for (const [topic, events] of Map.groupBy(again, (row) => row.topic)) {
      await this.publisher.publish(topic, events);
      for (const event of events) this.remember(event);
    }
  }
}
