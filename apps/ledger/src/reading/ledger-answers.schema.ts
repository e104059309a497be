import { z } from 'zod';
import { provenEntry } from '#exchange/answer.js';
import { ROOT_SHARD } from '../shards/shard.js';

/** A decimal in a query or a path: no sign, no leading zero, below 2^53. */
export const decimal = z
  .string()
  .regex(/^(0|[1-9]\d{0,15})$/, 'a whole number without leading zeros')
  .transform(Number)
  .refine(Number.isSafeInteger, 'below 2^53');
const LAST_SHARD = ROOT_SHARD - 1;
export const shardNumber = decimal.refine((value) => value <= LAST_SHARD, `at most ${LAST_SHARD}`);

/** The same for the documentation: a page sends what looks like a number. */
export const wholeNumber = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;
export const shardParameter = { ...wholeNumber, maximum: LAST_SHARD } as const;
/** In the path of a log. */
export const shardOrRoot = { type: 'string', pattern: '^(0|[1-9]\\d*|root)$', example: '0' } as const;

const index = z.int().min(0);
const hash = z.string().meta({ description: '32 bytes in base64, as C2SP texts write them' });
const entry = z
  .record(z.string(), z.unknown())
  .meta({ description: 'The entry as JSON. Its RFC 8785 form is what the leaf hashes' });
const placed = { shard: index, origin: z.string(), index, leaf: hash };

const servedLog = {
  origin: z.string().meta({ description: 'The name of the log in its checkpoints' }),
  vkey: z.string().meta({ description: 'The verifier key, by C2SP signed-note' }),
  size: index.meta({ description: 'Published entries' }),
  root: hash,
  prefix: z.string().meta({ description: 'Below it are `checkpoint` and `tile/…`, by C2SP tlog-tiles' }),
  checkpoint: z.string().meta({ description: 'The signed checkpoint itself' }),
};

export const shardList = z.strictObject({
  shards: z.array(
    z.strictObject({
      shard: index,
      partition: index.meta({ description: 'Whose events it takes, or took until it was closed' }),
      state: z.enum(['open', 'closed']),
      ...servedLog,
    }),
  ),
  root: z.strictObject(servedLog).meta({ description: 'The log of the shards’ checkpoints' }),
  family: z.strictObject({
    origin: z.string(),
    vkey: z.string().meta({ description: 'Verifies the list. With it a verifier finds all other keys' }),
    list: z.string().meta({ description: 'Where the signed list of all shards is' }),
    version: index.optional().meta({ description: 'Of the list. Absent until it is published' }),
  }),
});

export const entriesQuery = z.strictObject({
  limit: decimal.refine((value) => value >= 1 && value <= 200, 'from 1 to 200').default(50),
  cursor: z.string().max(2000).optional(),
  shard: shardNumber.optional(),
});
export const entriesPage = z.strictObject({
  entries: z.array(z.strictObject({ ...placed, entry })),
  next: z.string().optional().meta({ description: 'Send it as `cursor` for the next page. Absent on the last' }),
});

export const entryPath = z.strictObject({ shard: shardNumber, index: decimal });
export const singleEntry = z.strictObject({
  ...placed,
  entry,
  text: z.string().meta({ description: 'The entry’s bytes as text: canonical JSON' }),
  proof: z.string().meta({ description: 'C2SP tlog-proof: verifies offline with the vkey' }),
});

export const eventEntries = z.strictObject({
  entries: z.array(provenEntry.extend({ type: z.string() })),
});

export const inclusionQuery = z.strictObject({ shard: shardNumber, index: decimal, size: decimal.optional() });
export const inclusionAnswer = z.strictObject({
  ...placed,
  size: index,
  root: hash,
  hashes: z.array(hash).meta({ description: 'From the leaf’s sibling to the root’s child' }),
});

export const consistencyQuery = z.strictObject({ shard: shardNumber, from: decimal, to: decimal.optional() });
export const consistencyAnswer = z.strictObject({
  shard: index,
  origin: z.string(),
  from: index,
  to: index,
  root: hash.meta({ description: 'Of the tree of size `to`' }),
  hashes: z.array(hash).meta({ description: 'By RFC 9162, section 2.1.4' }),
});

const eventName = z.strictObject({
  id: z.uuid(),
  type: z.string().min(1).max(128),
  leaf: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/)
    .meta({ description: 'The leaf hash of the entry, SHA-256 over 0x00 and its bytes, in base64url' }),
});
export const sequencedQuestion = z.strictObject({ events: z.array(eventName).max(5000) });
export const sequencedAnswer = z.strictObject({ sequenced: z.array(eventName) });
