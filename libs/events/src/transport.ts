import type { SluiceEvent } from './contract.js';

/**
 * Where an outbox's events go, with its source's proof that they are its own: see batch-proof.ts. Kafka and the embedded
 * transport behave alike: one suite tests both.
 */
export interface EventPublisher {
  /**
   * Durable at the transport, all of them, when it resolves; on rejection some may have been published. Safe to repeat:
   * consumers know events by type and id. Order is kept within a key among the events of one call, and among calls that
   * wait for each other.
   */
  publish(topic: string, events: readonly SluiceEvent[]): Promise<void>;
  close(): Promise<void>;
}

/** What arrived, as it arrived. `event` is absent where the message is no CloudEvent at all; `raw` holds its bytes. */
export interface ReceivedMessage {
  readonly event?: SluiceEvent;
  readonly raw: Uint8Array;
  /** Why there is no event. */
  readonly malformed?: string;
}

/** Messages that travelled together, packed as they came. */
export interface ReceivedPart {
  /** What the proof is about. */
  readonly bytes: Uint8Array;
  /** Whose word it is. Not verified here: the receiver does that. */
  readonly proof?: string;
  /**
   * The messages, the same ones each time. They are unpacked when they are asked for, so that of a large batch no more is in
   * memory than what is being read. Never throws.
   */
  readonly unpack: () => readonly ReceivedMessage[];
}

/** What an `@EventPattern` handler is given. */
export interface EventBatch {
  readonly topic: string;
  /** The shard. 0 on the embedded transport. */
  readonly partition: number;
  readonly parts: readonly ReceivedPart[];
}

/** What can never be taken: a message, or all of a part. */
export interface Rejection {
  readonly part: number;
  /** In its part. Left out: all of it, and nothing in it was looked at. */
  readonly index?: number;
  readonly reason: string;
}

/** What an `@EventPattern` handler returns. What it rejects goes to the dead-letter topic. */
export interface BatchOutcome {
  readonly rejected: readonly Rejection[];
}
