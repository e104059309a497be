import type { SluiceEvent } from '#events/contract.js';
import type { BatchOutcome, EventBatch, ReceivedMessage } from '#events/transport.js';
import { messagesOf, takesAll, type Handler } from './start-consumer.js';

/** What consumers were given, in order. */
export class Recorder {
  readonly batches: EventBatch[] = [];
  readonly accepted: string[] = [];

  readonly takeAll: Handler = (batch) => {
    this.batches.push(batch);
    return Promise.resolve(takesAll);
  };

  takeBut(batch: EventBatch, fault: (message: ReceivedMessage) => string | undefined): Promise<BatchOutcome> {
    this.batches.push(batch);
    const rejectedIn = (message: ReceivedMessage, part: number, index: number) => {
      const reason = fault(message);
      if (reason === undefined && message.event !== undefined) this.accepted.push(message.event.id);
      return reason === undefined ? [] : [{ part, index, reason }];
    };
    const rejected = batch.parts.flatMap(({ unpack }, part) =>
      unpack().flatMap((message, index) => rejectedIn(message, part, index)),
    );
    return Promise.resolve({ rejected });
  }

  ids(): string[] {
    return this.events().map(({ id }) => id);
  }

  idsOf(key: string): string[] {
    return idsOf(this.events(), key);
  }

  malformed(): ReceivedMessage[] {
    return this.batches.flatMap(messagesOf).filter(({ malformed }) => malformed !== undefined);
  }

  partitionsOf(key: string): Set<number> {
    const holds = (batch: EventBatch) => messagesOf(batch).some(({ event }) => event?.key === key);
    return new Set(this.batches.filter(holds).map(({ partition }) => partition));
  }

  private events(): SluiceEvent[] {
    return this.batches.flatMap(messagesOf).flatMap(({ event }) => event ?? []);
  }
}

export function idsOf(events: readonly SluiceEvent[], key: string): string[] {
  return events.filter((event) => event.key === key).map(({ id }) => id);
}
