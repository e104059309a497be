import { refuseSuccession } from '#merkle/list-succession.js';
import { SHARD_LIST, SHARD_LIST_VERSIONS, shardListPath } from '#merkle/log-paths.js';
import { nodeVerify } from '#merkle/node-cryptography.js';
import { formatShardList, openShardList, type ShardList } from '#merkle/shard-list.js';
import { signNote, type NoteSigner } from '#merkle/sign-note.js';
import { LedgerError } from '../ledger-error.js';
import { replaceFile } from './replace-file.js';
import type { TileStore } from './tile-store.js';

export interface SignedList {
  readonly list: ShardList;
  /** The signed note. */
  readonly note: string;
}

/** A signed list that nobody looked into. */
export interface ListVersion {
  readonly version: number;
  readonly note: string;
}

/** One file a signed list, named by its version: a store allows one of each name. All are kept. */
const LISTS = '.lists';

/** The lists of shards that were promised, as `SignedHeads` keeps the heads of a log: no two of one version, and none older. */
export class SignedLists {
  constructor(
    private readonly store: TileStore,
    private readonly signer: NoteSigner,
    /** Where the signed lists are kept, if not beside the one that is shown. */
    private readonly promises: TileStore = store,
  ) {}

  /** The one with the largest version that was signed, shown or not. Throws CHECKPOINT_FOREIGN. */
  async newest(): Promise<SignedList | undefined> {
    const version = (await this.versions()).at(-1);
    const signed = version === undefined ? undefined : await this.signedAt(version);
    const shown = await this.shown();
    return signed === undefined || (shown?.list.version ?? 0) > signed.list.version ? shown : signed;
  }

  /** What readers see. Throws CHECKPOINT_FOREIGN. */
  async shown(): Promise<SignedList | undefined> {
    const bytes = await this.store.read(SHARD_LIST);
    return bytes === undefined ? undefined : this.open(SHARD_LIST, bytes);
  }

  /**
   * Safe to repeat. Throws CHECKPOINT_TAKEN where another list of this version was signed, PUBLISHED_AHEAD where a newer one,
   * and PUBLISHED_DIFFERS where the one before says what this one says otherwise.
   */
  async sign(list: ShardList): Promise<SignedList> {
    const { version } = list;
    const signed = await this.versions();
    if ((signed.at(-1) ?? 0) > version) throw this.ahead(version);
    await this.requireLawful(
      list,
      signed.findLast((one) => one < version),
    );
    const note = signNote(formatShardList(list), [this.signer]);
    const isOurs = await this.promises.create(`${LISTS}/${version}`, Buffer.from(note));
    if (!isOurs && (await this.signedAt(version))?.note !== note) {
      throw new LedgerError('CHECKPOINT_TAKEN', `another list of the shards of ${list.family} has version ${version}`);
    }
    return { list, note };
  }

  /** Shows it to readers, in the place of exactly the one that was looked at. Safe to repeat. Throws PUBLISHED_AHEAD. */
  async show({ list: { version }, note }: SignedList): Promise<void> {
    const requireOlder = (there: Buffer) => {
      if (this.open(SHARD_LIST, there).list.version > version) throw this.ahead(version);
    };
    const of = this.signer.key.name;
    await replaceFile(this.store, { of, path: SHARD_LIST, bytes: Buffer.from(note), requireOlder });
  }

  /** Those up to this version that were signed, and that readers do not see by their number. By number. */
  async unshown(upTo: number): Promise<ListVersion[]> {
    const shown = new Set(await this.store.list(SHARD_LIST_VERSIONS));
    const versions = (await this.versions()).filter((one) => one <= upTo && !shown.has(String(one)));
    const read = async (version: number): Promise<ListVersion[]> => {
      const bytes = await this.promises.read(`${LISTS}/${version}`);
      return bytes === undefined ? [] : [{ version, note: bytes.toString('utf8') }];
    };
    return (await Promise.all(versions.map(read))).flat();
  }

  /** Shows a list by its number, for as long as there is a store. What is shown there already stays. */
  async showVersion({ version, note }: ListVersion): Promise<void> {
    await this.store.create(shardListPath(version), Buffer.from(note));
  }

  /** What readers see of this version. */
  async versionShown(version: number): Promise<string | undefined> {
    return (await this.store.read(shardListPath(version)))?.toString('utf8');
  }

  private async requireLawful(list: ShardList, before: number | undefined): Promise<void> {
    const last = before === undefined ? undefined : await this.signedAt(before);
    const refusal = last === undefined ? undefined : refuseSuccession(last.list, list);
    if (refusal === undefined) return;
    throw new LedgerError(
      'PUBLISHED_DIFFERS',
      `version ${list.version} of the list of the shards of ${list.family} cannot follow version ${before}: ${refusal.reason}`,
    );
  }

  private ahead(version: number): LedgerError {
    const family = this.signer.key.name;
    return new LedgerError(
      'PUBLISHED_AHEAD',
      `a newer list of the shards of ${family} than version ${version} was signed`,
    );
  }

  private async versions(): Promise<number[]> {
    return (await this.promises.list(LISTS)).map(Number).sort((a, b) => a - b);
  }

  private async signedAt(version: number): Promise<SignedList | undefined> {
    const path = `${LISTS}/${version}`;
    const bytes = await this.promises.read(path);
    return bytes === undefined ? undefined : this.open(path, bytes);
  }

  private open(path: string, bytes: Buffer): SignedList {
    try {
      return { list: openShardList(bytes, this.signer.key, nodeVerify), note: bytes.toString('utf8') };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new LedgerError(
        'CHECKPOINT_FOREIGN',
        `the list ${path} of ${this.signer.key.name} cannot be used: ${reason}`,
      );
    }
  }
}
