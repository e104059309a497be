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
 * A regular expression for the canonical JSON (RFC 8785) of a schema, read as Latin-1, a letter for each byte: what it
 * matches is UTF-8 and meets the schema, so that it need be neither decoded nor parsed. What it does not match may meet the
 * schema nevertheless: rare values, such as text with escapes, are left out. What the text members in `captured` say is in
 * groups, in the order of their names. Undefined for a schema that it cannot be made of.
 */
export function canonicalPattern(schema: z.ZodType, captured: readonly string[]): RegExp | undefined {
  const source = objectSource(node.parse(z.toJSONSchema(schema, { io: 'input' })), captured);
  return source === undefined || !isAscii(source) ? undefined : new RegExp(`^${source}$`);
}

/** The schema's own letters must be bytes as well. */
function isAscii(text: string): boolean {
  return !/[\u0080-\uffff]/.test(text);
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
    const source = sourceOf(properties[name] ?? {});
    const value = captured.includes(name) ? withGroup(source) : source;
    if (value === undefined) return undefined;
    const member = `${literal(name)}:${value}`;
    if (name === anchor) return member;
    const withComma = anchor === names[0] ? `,${member}` : `${member},`;
    return isRequired(name) ? withComma : `(?:${withComma})?`;
  });
  return members.includes(undefined) ? undefined : `\\{${members.join('')}\\}`;
}

/** What is between the quotation marks of a text. */
function withGroup(source: string | undefined): string | undefined {
  return source?.startsWith('"') ? `"(${source.slice(1, -1)})"` : undefined;
}

/**
 * A character that JSON does not escape, in UTF-8 as RFC 3629, section 4, has it: up to three bytes, which are one unit of a
 * string's length. What has four is two, and rare.
 */
const CHARACTER = [
  '[ !#-\\[\\]-\\x7f]',
  '[\\xc2-\\xdf][\\x80-\\xbf]',
  '(?:\\xe0[\\xa0-\\xbf]|[\\xe1-\\xec\\xee\\xef][\\x80-\\xbf]|\\xed[\\x80-\\x9f])[\\x80-\\xbf]',
].join('|');

function stringSource({ pattern, minLength = 0, maxLength = Infinity }: Node): string | undefined {
  if (pattern === undefined) return `"(?:${CHARACTER})${times(minLength, maxLength)}"`;
  const inner = /^\^(.*)\$$/s.exec(pattern)?.[1];
  return inner === undefined || !isPlain(inner) ? undefined : `"${boundedSource(inner, minLength, maxLength)}"`;
}

function boundedSource(pattern: string, min: number, max: number): string {
  const [, head = '', tail] = /^(\[[^\]]*\])?(\[[^\]]*\])\*$/.exec(pattern) ?? [];
  const before = head === '' ? 0 : 1;
  // Where each letter has a class of its own, they are counted as they are read; otherwise the text is read twice.
  if (tail !== undefined && max >= before) return `${head}${tail}${times(Math.max(min - before, 0), max - before)}`;
  const bounds = min === 0 && max === Infinity ? '' : `(?=[^"]${times(min, max)}")`;
  return `${bounds}(?:${spelledOut(pattern)})`;
}

function times(min: number, max: number): string {
  return `{${min},${max === Infinity ? '' : max}}`;
}

/** Whether nothing that the pattern matches has a quotation mark, which would end the string, and `spelledOut` can read it. */
function isPlain(pattern: string): boolean {
  const rest = pattern.replaceAll(/\\[d.]/g, '').replaceAll(/\[[^\]^"\\(][^\]"\\(]*\]/g, '');
  return !/[."\\[]/.test(rest);
}

/** The same without groups that capture, and with each letter of a known number written out, which V8 matches in two thirds of the time. */
function spelledOut(pattern: string): string {
  const each = (_: string, letter: string, count: string) => letter.repeat(Number(count));
  return pattern.replaceAll(/\((?!\?)/g, '(?:').replaceAll(/(\[[^\]]*\]|\\d)\{(\d+)\}/g, each);
}

function literal(text: string): string {
  return JSON.stringify(text).replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
