import type { SluiceEvent } from './contract.js';

/** An event as its source sends it. */
export interface PublishedEvent extends SluiceEvent {
  /** That it is its source's own: see source-proof.ts. Whether it holds is for whom it is sent to to find out. */
  readonly sourceproof?: string;
}

/** Where an outbox's events go. Kafka and the embedded transport behave alike: one suite tests both. */
export interface EventPublisher {
  /**
   * Durable at the transport, all of them, when it resolves; on rejection some may have been published. Safe to repeat:
   * consumers know events by type and id. Order is kept within a key among the events of one call, and among calls that
   * wait for each other.
   */
  publish(topic: string, events: readonly PublishedEvent[]): Promise<void>;
  close(): Promise<void>;
}

/** What arrived, as it arrived. `event` is absent where the message is no CloudEvent at all; `raw` holds its bytes. */
export interface ReceivedMessage {
  readonly event?: PublishedEvent;
  readonly raw: Uint8Array;
  /** Why there is no event. */
  readonly malformed?: string;
}

/**
 * Messages that travelled together. They are unpacked each time they are asked for, the same ones, so that of a large batch
 * no more is in memory than what is being read. Never throws.
 */
export type ReceivedPart = () => readonly ReceivedMessage[];

/** What an `@EventPattern` handler is given. */
export interface EventBatch {
  readonly topic: string;
  /** The shard. 0 on the embedded transport. */
  readonly partition: number;
  readonly parts: readonly ReceivedPart[];
}

/** Where a message is in a batch. */
export interface MessagePlace {
  readonly part: number;
  /** In its part. */
  readonly index: number;
}

/** What an `@EventPattern` handler returns: the messages that can never be taken. They go to the dead-letter topic. */
export interface BatchOutcome {
  readonly rejected: readonly (MessagePlace & { readonly reason: string })[];
}
