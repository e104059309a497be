import { parse } from 'secure-json-parse';
import type { z } from 'zod';
import { LIMITS } from '#exchange/exchange-request.js';
import { Problem } from '#exchange/problem.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a body by its schema. Throws MALFORMED_JSON (also for text that is not UTF-8, for `__proto__` members and for
 * nesting past the limit) or INVALID_REQUEST, which names each place by JSON Pointer and never repeats a value.
 */
export function parseBody<Schema extends z.ZodType>(bytes: unknown, schema: Schema): z.output<Schema> {
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) throw new Problem('MALFORMED_JSON', 'the body is empty');
  return checkShape(parseJson(bytes), schema);
}

/** As parseBody, for a value that is no body: a query string, the parameters of a path. */
export function checkShape<Schema extends z.ZodType>(value: unknown, schema: Schema): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Problem('INVALID_REQUEST', undefined, {
    errors: result.error.issues
      .slice(0, 20)
      .map((issue) => ({ pointer: toPointer(issue.path), message: issue.message.slice(0, 200) })),
  });
}

function parseJson(bytes: Buffer): unknown {
  const text = decode(bytes);
  // The parser would pass over a byte order mark, and RFC 8259 has none.
  if (text.startsWith('\uFEFF')) throw new Problem('MALFORMED_JSON');
  checkStructure(text, LIMITS.bodyDepth);
  try {
    return parse(text, { protoAction: 'error', constructorAction: 'error' }) as unknown;
  } catch {
    throw new Problem('MALFORMED_JSON');
  }
}

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Problem('MALFORMED_JSON', 'the body is not UTF-8');
  }
}

/**
 * Refuses nesting past the limit, so that a hostile body costs no more than reading it once; and a member named twice, of
 * which one reader would take the first and another the last: both would have read what was signed.
 */
function checkStructure(text: string, limit: number): void {
  /** The names seen in each object that is open; for an array, nothing. */
  const open: (Set<string> | undefined)[] = [];
  let nameIsNext = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') {
      const end = endOfString(text, at);
      if (nameIsNext) addName(open.at(-1), text.slice(at, end + 1));
      nameIsNext = false;
      at = end;
    } else if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : undefined);
      if (open.length > limit) throw new Problem('MALFORMED_JSON', 'the body is nested too deeply');
      nameIsNext = character === '{';
    } else if (character === '}' || character === ']') open.pop();
    else if (character === ',') nameIsNext = open.at(-1) !== undefined;
  }
}

/** Where the string that begins at `start` has its last quotation mark; the end of the text where it has none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

function addName(names: Set<string> | undefined, quoted: string): void {
  const name = readString(quoted);
  if (names?.has(name) === true) throw new Problem('MALFORMED_JSON', 'a member is named twice');
  names?.add(name);
}

/** Escapes are read, or a name could be written twice in two ways. */
function readString(quoted: string): string {
  if (!quoted.includes('\\')) return quoted;
  try {
    return JSON.stringify(JSON.parse(quoted));
  } catch {
    throw new Problem('MALFORMED_JSON');
  }
}

/** RFC 6901. */
export function toPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
