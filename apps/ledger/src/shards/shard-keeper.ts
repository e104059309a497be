import type { Logger } from 'pino';
import { formatListDigest } from '#merkle/root-entry.js';
import { signNote } from '#merkle/sign-note.js';
import { LedgerError } from '../ledger-error.js';
import type { PublishedLog } from '../publication/published-log.js';
import type { SignedList, SignedLists } from '../publication/signed-lists.js';
import type { RootLog } from '../root/root-log.js';
import { listOf } from './list-of.js';
import type { PlannedShard } from './plan-shards.js';
import type { Family } from './shard.js';
import type { ShardLog, ShardLogs } from './shard-log.js';
import type { ShardRecord, ShardRecordRepository } from './shard-record.repository.js';

export interface KeeperParts {
  readonly family: Family;
  readonly logs: ShardLogs;
  readonly root: RootLog;
  /** As readers see the root log. */
  readonly publishedRoot: Pick<PublishedLog, 'head'>;
  readonly lists: SignedLists;
  readonly records: Pick<ShardRecordRepository, 'all'>;
  readonly open: (planned: PlannedShard) => Promise<ShardLog>;
  readonly logger: Logger;
  readonly onFinal: (error: LedgerError) => void;
}

/** A list on its way to its readers: they see it once the root log that they see has its digest. */
interface ListOnItsWay extends SignedList {
  readonly rootSize: number;
}

/**
 * Keeps the family together: opens the successors of shards that were closed, enters what the shards publish in the root log,
 * and shows the list of all shards. Each turn is safe to repeat, and does what the turns before it left undone.
 */
export class ShardKeeper {
  private onItsWay: ListOnItsWay | undefined;
  private showing: Promise<void> = Promise.resolve();
  private current: SignedList | undefined;

  constructor(private readonly parts: KeeperParts) {}

  /** The list that was shown last by this process: the root log that readers see has its digest. */
  get list(): SignedList | undefined {
    return this.current;
  }

  /** The signed list of this version, as readers see it: undefined where it is not shown yet, or there is none. */
  async versionShown(version: number): Promise<string | undefined> {
    return version > (this.current?.list.version ?? 0) ? undefined : this.parts.lists.versionShown(version);
  }

  /** Reports what is final, and rejects. */
  async turn(): Promise<void> {
    try {
      const records = await this.parts.records.all();
      await this.follow(records);
      const list = await this.signedList(records);
      const isNew = list.list.version !== this.latest?.list.version;
      const rootSize = await this.parts.root.enter(this.parts.logs.all, isNew ? this.digestOf(list) : undefined);
      if (isNew) this.onItsWay = { ...list, rootSize };
      await this.showList();
    } catch (error) {
      if (error instanceof LedgerError && error.isFinal) this.parts.onFinal(error);
      throw error;
    }
  }

  /** Shows a list that was on its way, if the root log that readers see has it by now. */
  showList(): Promise<void> {
    this.showing = this.showing.catch(() => undefined).then(() => this.show());
    return this.showing;
  }

  private get latest(): SignedList | undefined {
    return this.onItsWay ?? this.current;
  }

  private async show(): Promise<void> {
    const { onItsWay } = this;
    if (onItsWay === undefined || this.parts.publishedRoot.head.size < onItsWay.rootSize) return;
    await this.showVersions(onItsWay.list.version);
    await this.parts.lists.show(onItsWay);
    this.current = onItsWay;
    if (this.onItsWay === onItsWay) this.onItsWay = undefined;
    const { version, shards } = onItsWay.list;
    this.parts.logger.info({ version, shards: shards.length }, 'the list of shards is shown');
  }

  /**
   * Shows by its number each list that the root log has, up to this version, which readers of the root log see. There are
   * several where ledgers before this one kept them to themselves. One that was signed and never entered stays unseen.
   */
  private async showVersions(upTo: number): Promise<void> {
    const { lists, root, family, logger } = this.parts;
    for (const one of await lists.unshown(upTo)) {
      const digest = formatListDigest({ family: family.origin, version: one.version }, one.note);
      if (await root.has(signNote(digest, [family.signer]))) await lists.showVersion(one);
      else logger.info({ version: one.version }, 'a list of shards that is not in the root log stays unseen');
    }
  }

  /** Works with the shards that there are: another process may have closed one and named its successor. */
  private async follow(records: readonly ShardRecord[]): Promise<void> {
    const { logs, logger } = this.parts;
    // Successors first: a partition is never without a shard that takes its events.
    for (const record of records) if (logs.find(record.number) === undefined) await this.openSuccessor(record);
    for (const { number, closedAt, size } of records) {
      const log = logs.find(number);
      if (closedAt === undefined || log === undefined) continue;
      if (!logs.isClosed(number)) logger.info({ shard: number, entries: size }, 'the shard was closed');
      logs.close(number);
      if (log.published.head.size === size) await log.publisher.stop();
    }
  }

  private async openSuccessor(record: ShardRecord): Promise<void> {
    const log = await this.parts.open({ ...record, record });
    this.parts.logs.add(log);
    log.publisher.start();
  }

  private async signedList(records: readonly ShardRecord[]): Promise<SignedList> {
    const { family, root, lists } = this.parts;
    const list = listOf(family, records, (record) => {
      return root.lastOf(record)?.size === record.size;
    });
    return list.version === this.latest?.list.version ? this.latest : lists.sign(list);
  }

  private digestOf({ list, note }: SignedList): string {
    return signNote(formatListDigest(list, note), [this.parts.family.signer]);
  }
}
