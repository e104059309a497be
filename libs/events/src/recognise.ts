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

/** A letter for each byte. */
function textOf(data: Uint8Array): string {
  const bytes = data instanceof Buffer ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return bytes.toString('latin1');
}

function match(text: string, type: string): Recognised | undefined {
  // No pattern of these has an escape.
  const [, id, source, time] = patterns.get(type)?.exec(text) ?? [];
  return id === undefined || source === undefined || time === undefined ? undefined : { id, source, time };
}
