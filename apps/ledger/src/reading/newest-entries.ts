import { z } from 'zod';
import { Problem } from '#exchange/problem.js';
import type { ReadableLog } from '../shards/shard-log.js';
import { readEntries } from './log-reader.js';

export interface ListedEntry {
  readonly log: ReadableLog;
  readonly index: number;
  readonly text: string;
  readonly entry: Readonly<Record<string, unknown>>;
}

export interface EntriesPage {
  readonly entries: readonly ListedEntry[];
  /** Absent on the last page. */
  readonly next?: string;
}

/** For each shard of the list, by its number, the index below which the next page begins. */
type Bounds = ReadonlyMap<number, number>;

/**
 * The newest published entries. Within a shard they come by index, the largest first; among shards, which have no common
 * order, by the time that each entry carries. A page begins where the one before ended, whatever was published since.
 */
export async function newestEntries(
  logs: readonly ReadableLog[],
  limit: number,
  cursor: string | undefined,
): Promise<EntriesPage> {
  const bounds = cursor === undefined ? sizesOf(logs) : readCursor(cursor, logs);
  const candidates = await Promise.all(logs.map((log) => lastBefore(log, boundOf(bounds, log), limit)));
  const entries = merge(candidates, limit);
  const rest = new Map(
    logs.map((log) => [log.shard.number, boundOf(bounds, log) - entries.filter((one) => one.log === log).length]),
  );
  const isLast = [...rest.values()].every((bound) => bound === 0);
  return { entries, ...(isLast ? {} : { next: writeCursor(rest) }) };
}

async function lastBefore(log: ReadableLog, bound: number, limit: number): Promise<ListedEntry[]> {
  const entries = await readEntries(log.published, Math.max(0, bound - limit), bound);
  return entries.toReversed().map(({ index, entry }) => ({ log, index, ...readText(entry) }));
}

/** Every entry of the log was canonical JSON of an object when it was sequenced. */
export function readText(entry: Uint8Array): Pick<ListedEntry, 'text' | 'entry'> {
  const text = Buffer.from(entry).toString('utf8');
  return { text, entry: z.record(z.string(), z.unknown()).parse(JSON.parse(text)) };
}

function merge(lists: readonly (readonly ListedEntry[])[], limit: number): ListedEntry[] {
  const heads = lists.map((list) => [...list]);
  const merged: ListedEntry[] = [];
  while (merged.length < limit) {
    const newest = heads.filter((list) => list.length > 0).reduce(later, []);
    const entry = newest.shift();
    if (entry === undefined) break;
    merged.push(entry);
  }
  return merged;
}

function later(a: ListedEntry[], b: ListedEntry[]): ListedEntry[] {
  return timeOf(b) > timeOf(a) ? b : a;
}

function timeOf([first]: readonly ListedEntry[]): string {
  return typeof first?.entry.time === 'string' ? first.entry.time : '';
}

function sizesOf(logs: readonly ReadableLog[]): Bounds {
  return new Map(logs.map(({ shard, published }) => [shard.number, published.head.size]));
}

function boundOf(bounds: Bounds, { shard }: ReadableLog): number {
  return bounds.get(shard.number) ?? 0;
}

function writeCursor(bounds: Bounds): string {
  return Buffer.from([...bounds].flat().join('.')).toString('base64url');
}

/** Throws CURSOR_INVALID unless it names exactly these shards, each with a bound that its log has. */
function readCursor(cursor: string, logs: readonly ReadableLog[]): Bounds {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const bounds = new Map<number, number>();
  if (/^\d{1,5}\.\d{1,16}(\.\d{1,5}\.\d{1,16})*$/.test(text)) {
    const numbers = text.split('.').map(Number);
    for (let at = 0; at < numbers.length; at += 2) bounds.set(numbers[at] ?? 0, numbers[at + 1] ?? 0);
  }
  const fits = logs.every(({ shard, published }) => (bounds.get(shard.number) ?? Infinity) <= published.head.size);
  if (!fits || writeCursor(bounds) !== cursor || bounds.size !== logs.length) {
    throw new Problem('CURSOR_INVALID', 'take `next` of the page before, with the same `shard`');
  }
  return bounds;
}
