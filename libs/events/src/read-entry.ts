import { z } from 'zod';
import { canonicalPattern } from './canonical-pattern.js';
import { entryContracts } from './contracts.js';
import { EventError, checkEntry, readCanonical } from './encode.js';

/** What an entry says that it is. Its `id` is in lower case. */
export interface ReadEntry {
  readonly type: string;
  readonly id: string;
  /** False for a type, or a version of one, that came after this code: then nothing but these two is known of it. */
  readonly isKnown: boolean;
}

/** Patterns by which nearly every entry is told without being parsed: seven times as fast as parsing it. */
const patterns = Array.from(entryContracts.values(), ({ type, schema }) => ({
  type,
  pattern: canonicalPattern(schema, 'id'),
}));

const typed = z.looseObject({ type: z.string().min(1).max(128) });
const named = typed.extend({ id: z.uuid() });
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Reads the bytes of an entry as they are in a log. Throws EventError: NOT_JSON, NOT_CANONICAL, SCHEMA where it is not what
 * its type's contract says, TYPE_UNKNOWN where it has no type and id.
 */
export function readEntry(data: Uint8Array): ReadEntry {
  // What is not UTF-8 becomes U+FFFD, which no pattern has.
  const text = utf8.decode(data);
  for (const { type, pattern } of patterns) {
    const id = pattern?.exec(text)?.groups?.id;
    if (id !== undefined) return { type, id: id.slice(1, -1).toLowerCase(), isKnown: true };
  }
  return parseEntry(data);
}

function parseEntry(data: Uint8Array): ReadEntry {
  const json = readCanonical(data);
  const contract = entryContracts.get(typed.safeParse(json).data?.type ?? '');
  if (contract !== undefined) {
    const { type, id } = checkEntry(json, contract);
    return { type, id: id.toLowerCase(), isKnown: true };
  }
  const result = named.safeParse(json);
  if (!result.success) throw new EventError('TYPE_UNKNOWN', 'no entry without a type and an id');
  return { type: result.data.type, id: result.data.id.toLowerCase(), isKnown: false };
}
