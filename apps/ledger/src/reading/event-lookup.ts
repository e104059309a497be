import type { ProvenEntry } from '#exchange/answer.js';
import { entryContracts } from '#events/contracts.js';
import { parseTlogProof } from '#merkle/tlog-proof.js';
import type { ShardLogs } from '../shards/shard-log.js';
import type { EventIndexRepository, EventKey, EventPlace } from './event-index.repository.js';
import { proofOf, readEntry } from './log-reader.js';
import { readText } from './newest-entries.js';

export interface EventName {
  readonly id: string;
  readonly type: string;
  /** Of the entry, in base64url. */
  readonly leaf: string;
}

export type PublishedEntry = ProvenEntry & { readonly type: string };

const tags = new Map(Array.from(entryContracts.values(), ({ type, tag }) => [type, tag]));

/** Finds entries by the events that they are of. */
export class EventLookup {
  constructor(
    private readonly index: EventIndexRepository,
    private readonly logs: ShardLogs,
  ) {}

  /** Those that are committed, to the byte. Asked of the database, not of what is published: that is what an outbox waits for. */
  async sequenced(names: readonly EventName[]): Promise<readonly EventName[]> {
    const asked = names.flatMap((name) => {
      const tag = tags.get(name.type);
      if (tag === undefined) return [];
      return [{ name, key: { event: name.id.toLowerCase(), tag, leaf: Buffer.from(name.leaf, 'base64url') } }];
    });
    if (asked.length === 0) return [];
    const found = new Set((await this.index.sequenced(asked.map(({ key }) => key))).map(textOf));
    return asked.filter(({ key }) => found.has(textOf(key))).map(({ name }) => name);
  }

  /** The published entries of an event, by type and index, with proofs by the checkpoints published last. */
  async published(event: string): Promise<readonly PublishedEntry[]> {
    const places = await this.index.places(event);
    return (await Promise.all(places.map((place) => this.entryAt(place)))).flat();
  }

  private async entryAt({ shard, index }: EventPlace): Promise<readonly PublishedEntry[]> {
    const log = this.logs.find(shard);
    if (log === undefined || index >= log.published.head.size) return [];
    const { text, entry } = readText(await readEntry(log.published, index));
    const proof = await proofOf(log.published, index);
    const quorum = log.cosigner?.quorumOf(parseTlogProof(proof).checkpoint);
    const named = quorum === undefined ? {} : { quorum };
    return [{ type: String(entry.type), entry: text, origin: log.shard.origin, index, proof, ...named }];
  }
}

function textOf({ event, tag, leaf }: EventKey): string {
  return `${event}/${tag}/${leaf.toString('base64url')}`;
}
