import { readFileSync } from 'node:fs';
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { ConfigError } from './config-error.js';
import { findBadAlias } from './find-bad-alias.js';

/**
 * Reads a YAML 1.2 file by its schema. `prepare` may change the plain value before it is checked, for instance to expand
 * variables. Throws a ConfigError whose every line reads `file:line:column: field: what is wrong`.
 */
export function loadYaml<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  prepare: (value: unknown) => unknown = (value) => value,
): z.output<Schema> {
  return parseYaml(readText(path), path, schema, prepare);
}

/** As loadYaml, for text that was read already. `name` stands for the file in messages. */
export function parseYaml<Schema extends z.ZodType>(
  text: string,
  name: string,
  schema: Schema,
  prepare: (value: unknown) => unknown = (value) => value,
): z.output<Schema> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    throw new ConfigError(
      'SYNTAX',
      document.errors.map((error) => `${place(error.pos[0])}: ${error.message}`).join('\n'),
    );
  }
  const badAlias = findBadAlias(document);
  if (badAlias !== undefined) throw new ConfigError('SYNTAX', `${place(badAlias.offset)}: ${badAlias.reason}`);
  // The parser has a limit of its own for aliases, which names no place.
  const result = schema.safeParse(prepare(document.toJS({ maxAliasCount: -1 }) as unknown));
  if (result.success) return result.data;
  throw new ConfigError(
    'SCHEMA',
    result.error.issues
      .map((issue) => `${place(offsetOf(document, issue))}: ${issue.path.join('.') || '(file)'}: ${issue.message}`)
      .join('\n'),
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError('UNREADABLE', `${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Where the field of an issue stands: the field itself, or what should hold it where it is missing. */
function offsetOf(document: Document.Parsed, issue: z.core.$ZodIssue): number {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
  for (let length = path.length; length > 0; length -= 1) {
    const offset = keyOffset(document, path.slice(0, length));
    if (offset !== undefined) return offset;
  }
  return document.contents?.range[0] ?? 0;
}

function keyOffset(document: Document.Parsed, path: readonly PropertyKey[]): number | undefined {
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(last));
    return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
  }
  if (!isSeq(parent)) return undefined;
  const item: unknown = parent.items[Number(last)];
  return isNodeWithRange(item) ? item.range[0] : undefined;
}

function isNodeWithRange(node: unknown): node is { readonly range: readonly [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}
