import { z } from 'zod';
import { readAnswer } from './http-call.js';
import type { SignedCalls } from './signed-calls.js';

/** The items of a list, page after page. */
export async function* pages<Schema extends z.ZodType>(
  calls: SignedCalls,
  path: string,
  item: Schema,
): AsyncGenerator<z.output<Schema>> {
  const page = z.object({ items: z.array(item), next: z.string().optional() });
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? '' : `${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`;
    const answer = await calls.get(`${path}${query}`);
    const { items, next } = readAnswer(answer.text, page);
    yield* items;
    cursor = next;
  } while (cursor !== undefined);
}

/** All of a list, where it is known to be short enough to hold. */
export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
