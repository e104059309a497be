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
  if (nestsDeeperThan(text, LIMITS.bodyDepth)) throw new Problem('MALFORMED_JSON', 'the body is nested too deeply');
  // The parser would pass over a byte order mark, and RFC 8259 has none.
  if (text.startsWith('\uFEFF')) throw new Problem('MALFORMED_JSON');
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

/** Counts brackets outside strings. Checked before parsing, so that a hostile body costs no more than reading it. */
function nestsDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth > limit) return true;
  }
  return false;
}

/** RFC 6901. */
export function toPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
