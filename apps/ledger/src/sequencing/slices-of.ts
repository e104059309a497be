import type { OpenedPart } from '#events/source-check.js';
import type { ReceivedPart } from '#events/transport.js';

export interface Slice {
  /** Which part of the batch its first is. */
  readonly first: number;
  readonly parts: readonly OpenedPart[];
}

/**
 * A batch in slices of whole parts. Each has `atLeast` messages but the last, and is opened when its turn comes. A part that
 * could not be opened counts for one.
 */
export function* slicesOf(
  batch: readonly ReceivedPart[],
  atLeast: number,
  open: (part: ReceivedPart) => OpenedPart,
): Generator<Slice> {
  let parts: OpenedPart[] = [];
  let messages = 0;
  for (const [at, part] of batch.entries()) {
    const opened = open(part);
    parts.push(opened);
    messages += 'fault' in opened ? 1 : opened.messages.length;
    if (messages < atLeast && at + 1 < batch.length) continue;
    yield { first: at + 1 - parts.length, parts };
    [parts, messages] = [[], 0];
  }
}
