import { z } from 'zod';
import { isStorable } from '#exchange/names.js';

export const pageQuery = {
  /** Items of one page. */
  limit: z.coerce.number().int().min(1).max(500).default(100),
  /** The `next` of the page before. */
  cursor: z.string().min(1).max(200).refine(isStorable, 'must be the `next` of a page').optional(),
};
export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface ListPage<Item> {
  readonly items: readonly Item[];
  /** Absent on the last page. */
  readonly next?: string;
}

export function pageOf<Schema extends z.ZodType>(item: Schema) {
  return z.strictObject({ items: z.array(item), next: z.string().optional() });
}

/** Cuts the one row too many that tells whether there is a next page. */
export function toPage<Item extends { readonly id: string }>(items: readonly Item[], limit: number): ListPage<Item> {
  const page = items.slice(0, limit);
  const last = page.at(-1);
  return items.length > limit && last !== undefined ? { items: page, next: last.id } : { items: page };
}
