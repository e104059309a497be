import { SourceFailure } from '../source-failure.js';

/** A number as the answer spells it: 9007199254740993 and 0.10 have no equal among JavaScript's numbers. */
export class JsonNumber {
  constructor(readonly text: string) {}
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads JSON with its numbers as they are spelt. Throws SOURCE_ANSWER_INVALID. */
export function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes), (_key, value: unknown, context?: { source?: string }) =>
      typeof value === 'number' ? new JsonNumber(context?.source ?? String(value)) : value,
    ) as unknown;
  } catch {
    throw new SourceFailure('SOURCE_ANSWER_INVALID', 'the answer is not JSON');
  }
}

/** What a JSON Pointer (RFC 6901) points at; undefined where there is nothing. Own members only. */
export function at(value: unknown, pointer: string): unknown {
  let found = value;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[name];
  }
  return found;
}

/** A scalar as text; null for null and for what is not there. Throws SOURCE_ANSWER_INVALID for a list or an object. */
export function scalarText(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (value instanceof JsonNumber) return value.text;
  throw new SourceFailure('SOURCE_ANSWER_INVALID', 'a value of a row is a list or an object');
}
