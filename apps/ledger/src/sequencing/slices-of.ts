import type { MessagePlace, ReceivedMessage, ReceivedPart } from '#events/transport.js';

export interface Slice {
  readonly messages: readonly ReceivedMessage[];
  /** Where in the batch the message of this index is. */
  readonly placeOf: (index: number) => MessagePlace;
}

/**
 * A batch in slices of whole parts, since events that were signed together are checked together. Each has `atLeast` messages
 * but the last, and is unpacked when its turn comes.
 */
export function* slicesOf(parts: readonly ReceivedPart[], atLeast: number): Generator<Slice> {
  for (let next = 0; next < parts.length;) {
    const first = next;
    const messages: ReceivedMessage[] = [];
    const starts: number[] = [];
    for (; next < parts.length && messages.length < atLeast; next += 1) {
      starts.push(messages.length);
      for (const message of parts[next]?.() ?? []) messages.push(message);
    }
    const placeOf = (index: number): MessagePlace => {
      const at = starts.findLastIndex((start) => start <= index);
      return { part: first + at, index: index - (starts[at] ?? 0) };
    };
    yield { messages, placeOf };
  }
}
