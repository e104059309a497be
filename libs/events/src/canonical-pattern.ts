import { z } from 'zod';

/** What of JSON Schema the contracts use. Anything else has no pattern. */
const node = z.object({
  type: z.enum(['object', 'array', 'string', 'integer', 'boolean']).optional(),
  const: z.string().optional(),
  enum: z.array(z.string()).optional(),
  pattern: z.string().optional(),
  minLength: z.int().optional(),
  maxLength: z.int().optional(),
  minimum: z.int().optional(),
  get items() {
    return node.optional();
  },
  get properties() {
    return z.record(z.string(), node).optional();
  },
  required: z.array(z.string()).optional(),
});
type Node = z.output<typeof node>;

/**
 * A regular expression for the canonical JSON (RFC 8785) of a schema: text that it matches meets the schema, so that it
 * need not be parsed. What it does not match may meet the schema nevertheless: rare values, such as text with escapes,
 * are left out. The JSON of each member that is `captured` is a group of its name. Undefined for a schema that it cannot be made of.
 */
export function canonicalPattern(schema: z.ZodType, captured: readonly string[]): RegExp | undefined {
  const source = objectSource(node.parse(z.toJSONSchema(schema, { io: 'input' })), captured);
  return source === undefined ? undefined : new RegExp(`^${source}$`);
}

function sourceOf(schema: Node): string | undefined {
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum !== undefined) return `(?:${schema.enum.map(literal).join('|')})`;
  switch (schema.type) {
    case 'object':
      return objectSource(schema);
    case 'array':
      return arraySource(schema);
    case 'string':
      return stringSource(schema);
    case 'integer':
      return integerSource(schema);
    case 'boolean':
      return '(?:true|false)';
    case undefined:
      return undefined;
  }
}

function arraySource({ items }: Node): string | undefined {
  const item = items === undefined ? undefined : sourceOf(items);
  return item === undefined ? undefined : `\\[(?:${item}(?:,${item})*)?\\]`;
}

/** Up to 10^15 - 1, every one of which a number holds. */
function integerSource({ minimum }: Node): string | undefined {
  if (minimum === 0) return '(?:0|[1-9][0-9]{0,14})';
  return minimum === 1 ? '[1-9][0-9]{0,14}' : undefined;
}

/** Members in their one order. One that is never optional stands first or last, so that the others bring their commas. */
function objectSource({ properties = {}, required = [] }: Node, captured: readonly string[] = []): string | undefined {
  const names = Object.keys(properties).sort();
  const isRequired = (name: string | undefined) => name !== undefined && required.includes(name);
  const anchor = [names.at(-1), names[0]].find(isRequired);
  if (anchor === undefined) return undefined;
  const members = names.map((name) => {
    const value = sourceOf(properties[name] ?? {});
    if (value === undefined) return undefined;
    const member = `${literal(name)}:${captured.includes(name) ? `(?<${name}>${value})` : value}`;
    if (name === anchor) return member;
    const withComma = anchor === names[0] ? `,${member}` : `${member},`;
    return isRequired(name) ? withComma : `(?:${withComma})?`;
  });
  return members.includes(undefined) ? undefined : `\\{${members.join('')}\\}`;
}

function stringSource({ pattern, minLength = 0, maxLength }: Node): string | undefined {
  const bounds = `{${minLength},${maxLength ?? ''}}`;
  // No escape, and nothing that could be half a character or stand for bytes that are not UTF-8.
  if (pattern === undefined) return `"[^"\\\\\\u0000-\\u001f\\ud800-\\udfff\\ufffd]${bounds}"`;
  const inner = /^\^(.*)\$$/s.exec(pattern)?.[1];
  if (inner === undefined || !isPlain(inner)) return undefined;
  const isBounded = minLength > 0 || maxLength !== undefined;
  return `"${isBounded ? `(?=[^"]${bounds}")` : ''}(?:${inner})"`;
}

/** Whether nothing that the pattern matches has a quotation mark, which would end the string. */
function isPlain(pattern: string): boolean {
  const rest = pattern.replaceAll(/\\[d.]/g, '').replaceAll(/\[[^\]^"\\][^\]"\\]*\]/g, '');
  return !/[."\\[]/.test(rest);
}

function literal(text: string): string {
  return JSON.stringify(text).replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
