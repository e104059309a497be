import { setTimeout as pause } from 'node:timers/promises';
import { auditFamily } from '#client/audit/audit-family.js';
import { HttpFamily, HttpLog } from '#client/audit/http-log.js';
import type { SeenCheckpoint } from '#client/audit/seen-checkpoints.js';
import { witnessTrustOf, type Trust } from '#client/trust.js';
import { nodeVerify } from '#merkle/node-cryptography.js';
import type { NoteKey } from '#merkle/note-key.js';
import { openShardList, type ListedLog, type ShardList } from '#merkle/shard-list.js';
import type { System } from '../support/system.js';
import { WatchedLog } from './watched-log.js';

/** Event ids that the audit remembers: more than any run makes. */
const REMEMBERED = 1_000_000;

/** The logs of a system, as they are shown to its readers from the beginning on. */
export class WatchedFamily {
  /** The log of all that is recorded. */
  readonly log: WatchedLog;
  /** The log of that log's checkpoints and of the lists of shards. */
  readonly root: WatchedLog;

  private constructor(
    private readonly key: NoteKey,
    /** The URL of its list. */
    private readonly at: string,
    list: ShardList,
  ) {
    const [shard] = list.shards;
    const watched = ({ key: log, at: path }: ListedLog) => {
      return new WatchedLog(new HttpLog(new URL(path, at), { tries: 1 }), log);
    };
    this.log = watched(shard!);
    this.root = watched(list.root);
  }

  /** Waits for its list: that is shown once the departments have cosigned what the root log has of it. */
  static async of(system: System): Promise<WatchedFamily> {
    const [key] = system.trust.families.values();
    if (key === undefined) throw new Error('the trust file names no family of logs');
    const at = `${system.ledgerUrl}${key.name.slice(key.name.indexOf('/'))}/`;
    const read: { list?: ShardList } = {};
    await system.until('the ledger shows its list of shards', async () => {
      const note = await new HttpFamily(at).readList();
      if (note !== undefined) read.list = openShardList(note, key, nodeVerify);
      return read.list !== undefined;
    });
    return new WatchedFamily(key, at, read.list!);
  }

  /** Until it is told to stop. */
  async watch(signal: AbortSignal): Promise<void> {
    await Promise.all(this.logs.map((log) => log.watch(signal)));
  }

  /** Every checkpoint that was ever shown. */
  get seen(): readonly SeenCheckpoint[] {
    return this.logs.flatMap((log) => log.seen);
  }

  /** What must never be: two histories, or a log that went back. */
  get forks(): readonly string[] {
    return this.logs.flatMap((log) => log.forks);
  }

  /** What else a log may not show its readers. */
  get faults(): readonly string[] {
    return this.logs.flatMap((log) => [...log.faults]);
  }

  /** What an audit of every log of the family finds, by all checkpoints that were ever shown. */
  async audit(trust: Trust, seed: number): Promise<readonly string[]> {
    const { seen } = this;
    const { ok, findings, logs } = await auditFamily(new HttpFamily(this.at), {
      ...{ family: this.key, known: trust.logs, seen, remembered: REMEMBERED, seed, pause },
      witnessedIn: (origin) => witnessTrustOf(trust, origin),
    });
    // The root log has checkpoints of the other besides.
    const confirmed = logs.reduce((sum, one) => sum + one.confirmed, 0);
    if (ok && confirmed >= seen.length) return [];
    return [
      `the audit confirmed ${confirmed} checkpoints, and ${seen.length} were seen`,
      ...[...findings, ...logs.flatMap((one) => one.findings)].map((one) => `the audit found ${JSON.stringify(one)}`),
    ];
  }

  private get logs(): readonly WatchedLog[] {
    return [this.log, this.root];
  }
}
