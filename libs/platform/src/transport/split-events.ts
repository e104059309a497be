import type { SluiceEvent } from '#events/contract.js';

/** What the attributes of one event weigh at most, near enough. */
const ENVELOPE_BYTES = 500;

/** In order, in parts of at most `count` events and, where there is more than one event in a part, `bytes` bytes. */
export function splitEvents(
  events: readonly SluiceEvent[],
  limit: { readonly count: number; readonly bytes: number },
): SluiceEvent[][] {
  const parts: SluiceEvent[][] = [];
  let part: SluiceEvent[] = [];
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
