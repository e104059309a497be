import type { PublishedEvent } from '#events/transport.js';

/** What the attributes of one event weigh at most, near enough. */
const ENVELOPE_BYTES = 900;

/** In order, in parts of at most `count` events and, where there is more than one event in a part, `bytes` bytes. */
export function splitEvents(
  events: readonly PublishedEvent[],
  limit: { readonly count: number; readonly bytes: number },
): PublishedEvent[][] {
  const parts: PublishedEvent[][] = [];
  let part: PublishedEvent[] = [];
  let size = 0;
  for (const event of events) {
    const bytes = event.data.byteLength + ENVELOPE_BYTES;
    if (part.length > 0 && (part.length === limit.count || size + bytes > limit.bytes)) {
      parts.push(part);
      part = [];
      size = 0;
    }
    part.push(event);
    size += bytes;
  }
  if (part.length > 0) parts.push(part);
  return parts;
}
