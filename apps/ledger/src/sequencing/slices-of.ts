import type { OpenedPart } from '#events/source-check.js';
import type { ReceivedPart } from '#events/transport.js';

export interface Slice {
  /** Which part of the batch its first is. */
  readonly first: number;
  readonly parts: readonly OpenedPart[];
}

/**
 * A batch in slices of whole parts, each opened when its turn comes: as few parts as have `messages` messages, and at the most
 * so many `parts`, since a part of one message may be a large one. A part that could not be opened counts for one.
 */
export function* slicesOf(
  batch: readonly ReceivedPart[],
  { messages: enough, parts: most }: { readonly messages: number; readonly parts: number },
  open: (part: ReceivedPart) => OpenedPart,
): Generator<Slice> {
  let parts: OpenedPart[] = [];
  let messages = 0;
  for (const [at, part] of batch.entries()) {
    const opened = open(part);
    parts.push(opened);
    messages += 'fault' in opened ? 1 : opened.messages.length;
    if (messages < enough && parts.length < most && at + 1 < batch.length) continue;
    yield { first: at + 1 - parts.length, parts };
    [parts, messages] = [[], 0];
  }
}
