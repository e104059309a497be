import type { SluiceEvent } from '#events/contract.js';
import { leafHash } from '#events/link.js';
import type { EventPublisher } from '#events/transport.js';
import { GroupCommit } from '../group-commit.js';
import { Repeating } from '../repeating.js';
import type { EventName, OutboxRepository, OverdueRow } from './outbox.repository.js';

/** Which of these the ledger has sequenced. */
export type Confirm = (names: readonly EventName[]) => Promise<readonly EventName[]>;

export interface OutboxOptions {
  readonly topic: string;
  /** How long a committed event waits for others to be published with: a call costs the transport more than an event. */
  readonly lingerMs?: number;
  /** How often the ledger is asked what it has. */
  readonly confirmEveryMs?: number;
  /** What is not sequenced after this long is published again. */
  readonly resendAfterMs?: number;
  readonly onError?: (error: unknown) => void;
}

/** An event that this process published itself is published again after this many times `resendAfterMs`. */
const RESEND_PATIENCE = 12;
/** The ledger answers for this many at once, and one sweep reads as many. */
const BATCH = 1000;
/** Events that wait in memory for confirmation. Past this the table alone remembers them. */
const REMEMBERED = 50_000;

/**
 * Brings what was stored with a service's own records to the ledger. A row is done when the ledger has sequenced it, not
 * when a broker took it: until then it is published again, so a broker that loses what it took loses nothing. The ledger
 * knows events by name, so a second copy changes nothing; it is asked by name and bytes, so that nobody else's event of
 * the same name can pass for ours.
 */
export class Outbox {
  private readonly publishing: GroupCommit<SluiceEvent, true>;
  /** Published by this process and not known to be sequenced, with the time. By `keyOf`. */
  private readonly unconfirmed = new Map<string, EventName & { readonly publishedAt: number }>();
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
    this.publishing = new GroupCommit(
      async (events) => {
        await publisher.publish(options.topic, events);
        return events.map(() => true);
      },
      { lingerMs: options.lingerMs ?? 100 },
    );
    this.confirming = new Repeating(() => this.confirmPublished(), options.confirmEveryMs ?? 500, options.onError);
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

  private remember(event: SluiceEvent): void {
    if (this.unconfirmed.size >= REMEMBERED) return;
    const name = nameOf(event);
    this.unconfirmed.set(keyOf(name), { ...name, publishedAt: performance.now() });
  }

  private async confirmPublished(): Promise<void> {
    const names = Array.from(this.unconfirmed.values(), ({ id, type, leaf }) => ({ id, type, leaf }));
    for (let from = 0; from < names.length; from += BATCH) {
      await this.removeSequenced(names.slice(from, from + BATCH));
    }
  }

  private async removeSequenced(names: readonly EventName[]): Promise<ReadonlySet<string>> {
    const sequenced = await this.confirm(names);
    if (sequenced.length > 0) await this.rows.remove(sequenced);
    const done = new Set(sequenced.map(keyOf));
    for (const name of done) this.unconfirmed.delete(name);
    return done;
  }

  /** Two processes that sweep at once publish some events twice, which changes nothing. */
  private async sweep(): Promise<void> {
    let page = await this.rows.overdue(this.resendAfterMs, BATCH);
    while (page.length > 0) {
      await this.resend(page);
      page = page.length < BATCH ? [] : await this.rows.overdue(this.resendAfterMs, BATCH, page.at(-1));
    }
  }

  private async resend(page: readonly OverdueRow[]): Promise<void> {
    const names = page.map(nameOf);
    const done = await this.removeSequenced(names);
    const again = page.filter((_, at) => this.isDue(names[at], done));
    for (const [topic, events] of Map.groupBy(again, (row) => row.topic)) {
      await this.publisher.publish(topic, events);
      for (const event of events) this.remember(event);
    }
  }

  /** A ledger that is down for an hour is not sent the same event a thousand times. */
  private isDue(name: EventName | undefined, done: ReadonlySet<string>): boolean {
    if (name === undefined || done.has(keyOf(name))) return false;
    const known = this.unconfirmed.get(keyOf(name));
    return known === undefined || performance.now() - known.publishedAt >= this.resendAfterMs * RESEND_PATIENCE;
  }
}

function nameOf({ id, type, data }: SluiceEvent): EventName {
  return { id, type, leaf: leafHash(data) };
}

function keyOf({ id, type, leaf }: EventName): string {
  return `${id} ${type} ${leaf}`;
}
