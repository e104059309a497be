import { z } from 'zod';
import { entryContracts } from './contracts.js';
import { EventError, checkEntry, readCanonical } from './encode.js';
import { recogniseAny } from './recognise.js';

/** What an entry says that it is. Its `id` is in lower case. */
export interface ReadEntry {
  readonly type: string;
  readonly id: string;
  /** False for a type, or a version of one, that came after this code: then nothing but these two is known of it. */
  readonly isKnown: boolean;
}

const typed = z.looseObject({ type: z.string().min(1).max(128) });
const named = typed.extend({ id: z.uuid() });
/**
 * Reads the bytes of an entry as they are in a log. Throws EventError: NOT_JSON, NOT_CANONICAL, SCHEMA where it is not what
 * its type's contract says, TYPE_UNKNOWN where it has no type and id.
 */
export function readEntry(data: Uint8Array): ReadEntry {
  const known = recogniseAny(data);
  if (known !== undefined) return { type: known.type, id: known.id.toLowerCase(), isKnown: true };
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
