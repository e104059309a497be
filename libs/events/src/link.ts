import { hash } from 'node:crypto';
import type { SluiceEvent } from './contract.js';

/** The last record of a sequence. */
export interface ChainHead {
  /** The sequence: a UUID. */
  readonly chain: string;
  readonly number: number;
  /** Leaf hash of the record, in base64url: see `leafHash`. */
  readonly leaf: string;
}

/** What a record says of its writer's other sequences: it was written behind all of these records, so they must be there. */
export interface Beside {
  /** By which the sequences of one database are known to belong together: the UUID of the one that it was made with. */
  readonly database: string;
  readonly heads: readonly ChainHead[];
}

/** Where a writer's next record stands in its sequence. */
export interface NextPlace {
  /** The sequence: a UUID. */
  readonly chain: string;
  /** From 1, without gaps. */
  readonly number: number;
  /** Leaf hash of the record before it, in base64url: see `leafHash`. `NOTHING_BEFORE` for the first. */
  readonly previous: string;
  /** Of this record alone, not of those behind it. */
  readonly beside?: Beside | undefined;
}

/** SHA-256 of nothing: what the first record of a sequence names as the one before it. */
export const NOTHING_BEFORE = '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU';

const CLOSING_BRACE = 1;
/** A zero, and room for what is hashed behind it: at once takes half as long as in two parts. */
let prefixed = Buffer.alloc(4096);

/** The hash by which a log knows the entry (RFC 6962), in base64url. */
export function leafHash(data: Uint8Array): string {
  const length = 1 + data.length;
  if (length > prefixed.length) prefixed = Buffer.alloc(2 * length);
  prefixed.set(data, 1);
  return hash('sha256', prefixed.subarray(0, length), 'base64url');
}

/**
 * The events with their places in their writer's sequence, one behind the other, and the place that comes next. `writer`
 * is the last member of every entry by its name, so it goes behind the others and nothing is written again. Events that
 * have a place already must not be given another.
 */
export function link(
  events: readonly SluiceEvent[],
  first: NextPlace,
): { readonly linked: readonly SluiceEvent[]; readonly next: NextPlace } {
  let next = first;
  const linked = events.map((event) => {
    const data = withPlace(event.data, next);
    next = { chain: next.chain, number: next.number + 1, previous: leafHash(data) };
    return { ...event, data };
  });
  return { linked, next };
}

/** The entry without its closing brace. Once it has a place, it still begins with these bytes. */
export function unplaced(data: Uint8Array): Uint8Array {
  return data.subarray(0, data.length - CLOSING_BRACE);
}

function withPlace(data: Uint8Array, { chain, number, previous, beside }: NextPlace): Buffer {
  const place = `,"writer":{${besideText(beside)}"chain":"${chain}","number":${number},"previous":"${previous}"}}`;
  return Buffer.concat([unplaced(data), Buffer.from(place, 'latin1')]);
}

/** Members in the order of their names, as all of an entry. */
function besideText(beside: Beside | undefined): string {
  if (beside === undefined) return '';
  const heads = beside.heads.map(
    ({ chain, leaf, number }) => `{"chain":"${chain}","leaf":"${leaf}","number":${number}}`,
  );
  return `"beside":{"database":"${beside.database}","heads":[${heads.join(',')}]},`;
}
