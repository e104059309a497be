import { z } from 'zod';
import { provenEntry, type ProvenEntry } from '#exchange/answer.js';
import { namedWitness, quorum } from '#exchange/witness-set.js';
import { call, readAnswer, type Fetch } from './http-call.js';

const shard = z.object({
  shard: z.int(),
  origin: z.string(),
  vkey: z.string(),
  size: z.int(),
  checkpoint: z.string(),
  /** Below it, at the ledger, are the log's files. */
  prefix: z.string(),
});
export type Shard = z.output<typeof shard>;

/** Absent in the answers of ledgers that have no root log. */
const family = z.object({
  origin: z.string(),
  vkey: z.string(),
  /** Where the signed list of shards is, at the ledger. */
  list: z.string(),
});
export type Family = z.output<typeof family>;

const askedWitnesses = z.object({
  quorum,
  witnesses: z.array(z.object({ name: namedWitness.shape.name, keys: namedWitness.shape.keys })),
});
export type AskedWitnesses = z.output<typeof askedWitnesses>;

const listedEntry = z.object({
  shard: z.int(),
  origin: z.string(),
  index: z.int(),
  entry: z.looseObject({ type: z.string(), id: z.string(), time: z.string(), source: z.string() }),
});
export type ListedEntry = z.output<typeof listedEntry>;

const page = z.object({ entries: z.array(listedEntry), next: z.string().optional() });
export type EntriesPage = z.output<typeof page>;

const eventEntries = z.object({ entries: z.array(provenEntry.extend({ type: z.string() })) });

export interface LedgerClientOptions {
  /** The ledger's address: scheme, host and port. */
  readonly ledger: string | URL;
  readonly fetch?: Fetch | undefined;
}

/**
 * Reads the published log. Nothing that it answers is believed: entries are checked by their proofs. Throws ClientError:
 * REFUSED with the problem (NOT_FOUND, CURSOR_INVALID), UNREACHABLE, ANSWER_UNREADABLE.
 */
export class LedgerClient {
  private readonly ledger: URL;
  private readonly fetch: Fetch;

  constructor(options: LedgerClientOptions) {
    this.ledger = new URL(options.ledger);
    this.fetch = options.fetch ?? globalThis.fetch;
  }

  async shards(): Promise<readonly Shard[]> {
    return (await this.get('/v1/shards', z.object({ shards: z.array(shard) }))).shards;
  }

  /** The family of logs, whose key finds all of them. Undefined where the ledger has none. */
  async family(): Promise<Family | undefined> {
    return (await this.get('/v1/shards', z.object({ family: family.optional() }))).family;
  }

  /** Who cosigns the logs' checkpoints, and how many must. */
  witnesses(): Promise<AskedWitnesses> {
    return this.get('/v1/witnesses', askedWitnesses);
  }

  /** The newest entries first. `limit`: at most 200. */
  entries(asked: { readonly limit: number; readonly cursor?: string; readonly shard?: number }): Promise<EntriesPage> {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(asked)) query.set(name, String(value));
    return this.get(`/v1/entries?${query.toString()}`, page);
  }

  /** What is published of an event, each entry with its offline proof. Throws REFUSED with NOT_FOUND where nothing is. */
  async event(id: string): Promise<readonly (ProvenEntry & { readonly type: string })[]> {
    return (await this.get(`/v1/events/${encodeURIComponent(id)}`, eventEntries)).entries;
  }

  private async get<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>> {
    const { text } = await call(this.fetch, { method: 'GET', url: new URL(path, this.ledger) });
    return readAnswer(text, schema);
  }
}
