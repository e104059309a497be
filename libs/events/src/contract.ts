import { z } from 'zod';

/**
 * An event as it travels: the attributes of CloudEvents 1.0 and, as `data`, the bytes that the ledger will hash. The
 * bytes are the event: nothing on the way parses and writes them again.
 */
export interface SluiceEvent {
  /** A UUID. With `type` it names the event for ever: publishing it twice is the same as once. */
  readonly id: string;
  readonly type: string;
  /** Who says so: `gateway`, `adapter/<department>` or `ledger`, and `ledger/<shard>` for a tombstone. */
  readonly source: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly time: string;
  /** Events of one key keep their order and go to one shard. */
  readonly key: string;
  /** W3C trace context of the request that caused it. Never part of `data`. */
  readonly traceparent?: string;
  /** UTF-8 of canonical JSON (RFC 8785). */
  readonly data: Uint8Array;
}

/** One file a version of an event. Only optional members are added to a version that was published. */
export interface EventContract<Entry extends EventEntry> {
  readonly type: string;
  /** What the ledger's tables store for the type. Never reused. */
  readonly tag: number;
  readonly topic: string;
  readonly schema: z.ZodType<Entry>;
}

/** What each entry of the log says of itself. */
export interface EventEntry {
  readonly type: string;
  readonly id: string;
  readonly source: string;
  readonly time: string;
  readonly writer?: z.output<typeof place> | undefined;
}

/** All that the ledger sequences travels on one topic: its partitions are the shards. */
export const LEDGER_TOPIC = 'sluice.evidence.v1';

/** Codes and names only: an entry never has room for a person's data. */
export const code = z
  .string()
  .max(128)
  .regex(/^[A-Za-z0-9][A-Za-z0-9_:./-]*$/);
export const commitment = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** What else its writer's database has: see link.ts. */
const beside = z.strictObject({
  database: z.uuid(),
  heads: z.array(z.strictObject({ chain: z.uuid(), leaf: commitment, number: z.int().min(1) })),
});
/**
 * Where a record stands in its writer's sequence: see link.ts. Absent only before it is stored. By its name the last member
 * of every entry, as long as no other is called by one that comes behind it.
 */
const place = z.strictObject({
  beside: beside.optional(),
  chain: z.uuid(),
  number: z.int().min(1),
  previous: commitment,
});
export const entryHead = {
  id: z.uuid(),
  source: code,
  time: z.iso.datetime({ precision: 3 }),
};
/** Of what a party records, in a sequence of its own. */
export const recordHead = { ...entryHead, writer: place.optional() };
/** A legal basis as the agreement words it: never the caller's own text. */
export const agreedBasis = z.strictObject({ law: z.string().max(200), article: z.string().max(100) });
export const agreementVersion = z.strictObject({ id: code, version: z.int().min(1) });
