import { canonicalText, isCanonical } from './canonical-json.js';
import { contracts } from './contracts.js';
import { recognise } from './recognise.js';
import type { EventContract, EventEntry, SluiceEvent } from './contract.js';

export type EventErrorCode = 'TYPE_UNKNOWN' | 'NOT_JSON' | 'NOT_CANONICAL' | 'SCHEMA' | 'ATTRIBUTES_DIFFER';

export class EventError extends Error {
  override readonly name = 'EventError';

  constructor(
    readonly code: EventErrorCode,
    detail: string,
  ) {
    super(`${code}: ${detail}`);
  }
}

/** The entry's bytes, once and for all. The compiler vouches for the shape; throws EventError for a lone surrogate. */
export function encode<Entry extends EventEntry>(
  contract: EventContract<Entry>,
  entry: Entry,
  envelope: { readonly key: string; readonly traceparent?: string | undefined },
): SluiceEvent {
  const text = canonicalText(entry);
  if (text === undefined) throw new EventError('NOT_CANONICAL', `${contract.type} has no RFC 8785 form`);
  return {
    id: entry.id,
    type: contract.type,
    source: entry.source,
    time: entry.time,
    key: envelope.key,
    ...(envelope.traceparent === undefined ? {} : { traceparent: envelope.traceparent }),
    data: Buffer.from(text, 'utf8'),
  };
}

/** The contract of what a stranger sent. Throws EventError where it is not, to the byte, an event of a known one. */
export function contractOf(event: SluiceEvent): EventContract<EventEntry> {
  const recognised = recognise(event.data, event.type);
  const isItself = recognised?.id === event.id && recognised.source === event.source && recognised.time === event.time;
  const contract = contracts.get(event.type);
  return isItself && contract !== undefined ? contract : decode(event).contract;
}

/** Reads what a stranger sent. Throws EventError where it is not, to the byte, an event of a known contract. */
export function decode(event: SluiceEvent): {
  readonly contract: EventContract<EventEntry>;
  readonly entry: EventEntry;
} {
  const contract = contracts.get(event.type);
  if (contract === undefined) throw new EventError('TYPE_UNKNOWN', event.type.slice(0, 100));
  const entry = checkEntry(readCanonical(event.data), contract);
  for (const name of ['id', 'type', 'source', 'time'] as const) {
    if (entry[name] !== event[name]) throw new EventError('ATTRIBUTES_DIFFER', name);
  }
  return { contract, entry };
}

/** The JSON of an entry's bytes. Throws NOT_JSON, NOT_CANONICAL. */
export function readCanonical(data: Uint8Array): unknown {
  const text = textOf(data);
  const json = parse(text);
  if (!isCanonical(json, text)) throw new EventError('NOT_CANONICAL', 'the bytes are not RFC 8785');
  return json;
}

/** Throws SCHEMA, with the members that are not as the contract has them. */
export function checkEntry<Entry extends EventEntry>(json: unknown, { schema }: EventContract<Entry>): Entry {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new EventError('SCHEMA', result.error.issues.map((one) => one.path.join('.')).join(', '));
}

/** Fatal: a byte that is not UTF-8 would be read as another text than the one that was hashed. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(data: Uint8Array): string {
  try {
    return utf8.decode(data);
  } catch {
    throw new EventError('NOT_JSON', 'the data is not UTF-8');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new EventError('NOT_JSON', 'the data cannot be parsed');
  }
}
