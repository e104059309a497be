import { canonicalPattern } from './canonical-pattern.js';
import { entryContracts } from './contracts.js';

/** What an entry says of itself, as it is spelled there. */
export interface Recognised {
  readonly id: string;
  readonly source: string;
  readonly time: string;
}

const CAPTURED = ['id', 'source', 'time'] as const;
/** Patterns by which nearly every entry is told without being parsed, in a quarter of the time. */
const patterns = new Map(
  Array.from(entryContracts, ([type, { schema }]) => [type, canonicalPattern(schema, CAPTURED)]),
);
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Of an entry as the contract of this type has it, to the byte. Undefined for any other, and for the few that must be parsed. */
export function recognise(data: Uint8Array, type: string): Recognised | undefined {
  return match(textOf(data), type);
}

/** The same where the type is not known. */
export function recogniseAny(data: Uint8Array): (Recognised & { readonly type: string }) | undefined {
  const text = textOf(data);
  for (const type of patterns.keys()) {
    const found = match(text, type);
    if (found !== undefined) return { type, ...found };
  }
  return undefined;
}

/** What is not UTF-8 becomes U+FFFD, which no pattern has. */
function textOf(data: Uint8Array): string {
  return utf8.decode(data);
}

function match(text: string, type: string): Recognised | undefined {
  const { id, source, time } = patterns.get(type)?.exec(text)?.groups ?? {};
  if (id === undefined || source === undefined || time === undefined) return undefined;
  return { id: unquoted(id), source: unquoted(source), time: unquoted(time) };
}

/** No pattern of these has an escape. */
function unquoted(json: string): string {
  return json.slice(1, -1);
}
