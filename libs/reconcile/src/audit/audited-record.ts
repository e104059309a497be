import { z } from 'zod';
import { recordHead } from '#events/contract.js';
import { EventError } from '#events/encode.js';
import { readEntry } from '#events/read-entry.js';
import type { Place } from '../finding.js';
import { readRecord, type FreshRecord } from '../sequenced-record.js';

/** Of a type that came after this code: where it stands in its sequence is known all the same. */
const anyRecord = z.looseObject({ type: z.string(), ...recordHead });

/**
 * An entry of a log that nobody believes, seen at the time that it claims; at no time that is near to another, -Infinity, where that
 * is later than `latest`. Both in milliseconds. Undefined for what its contract refuses: an audit of the log says so by itself.
 */
export function auditedRecord(bytes: Uint8Array, place: Place, latest: number): FreshRecord | undefined {
  const isKnown = knows(bytes);
  if (isKnown === undefined) return undefined;
  const record = readRecord(bytes, place);
  if (!isKnown && !anyRecord.safeParse(record.entry).success) return undefined;
  const time = Date.parse(record.entry.time);
  return { ...record, seenAt: time <= latest ? time : -Infinity };
}

/** Whether its type is known here. Undefined where it is no entry. */
function knows(bytes: Uint8Array): boolean | undefined {
  try {
    return readEntry(bytes).isKnown;
  } catch (error) {
    if (error instanceof EventError) return undefined;
    throw error;
  }
}
