import { EventError } from '#events/encode.js';
import { readEntry } from '#events/read-entry.js';
import { TILE_WIDTH, tilePath } from '#merkle/tile.js';
import type { EventIds } from './event-ids.js';
import type { LogFinding } from './log-finding.js';

/** Looks into the entries of a log, in their order. */
export interface EntryReader {
  read(entry: Uint8Array, index: number): void;
  readonly findings: readonly LogFinding[];
  /** How many findings there are beyond those. */
  readonly more: number;
  readonly unknownTypes: ReadonlyMap<string, number>;
}

/** Looks into each entry of a log: whether it is what its contract says, and whether its event was there before. */
export class EntryAudit implements EntryReader {
  readonly findings: LogFinding[] = [];
  more = 0;
  /** How many entries there are of each type that is not known here: versions to come, which are no fault. */
  readonly unknownTypes = new Map<string, number>();

  constructor(
    private readonly size: number,
    private readonly ids: EventIds,
    private readonly limit: number,
  ) {}

  read(entry: Uint8Array, index: number): void {
    try {
      const { type, id, isKnown } = readEntry(entry);
      if (!isKnown) this.countUnknown(type);
      const first = this.ids.add(id, type, index);
      if (first !== undefined) this.find('EVENT_TWICE', index, { first, reason: `${type} ${id}` });
    } catch (error) {
      if (!(error instanceof EventError)) throw error;
      this.find('ENTRY_INVALID', index, { reason: error.message });
    }
  }

  private countUnknown(type: string): void {
    if (this.unknownTypes.has(type) || this.unknownTypes.size < this.limit) {
      this.unknownTypes.set(type, (this.unknownTypes.get(type) ?? 0) + 1);
    }
  }

  private find(code: LogFinding['code'], entry: number, rest: Partial<LogFinding>): void {
    if (this.findings.length >= this.limit) {
      this.more += 1;
      return;
    }
    const index = Math.floor(entry / TILE_WIDTH);
    const path = tilePath({ level: 'entries', index, width: Math.min(TILE_WIDTH, this.size - index * TILE_WIDTH) });
    this.findings.push({ code, path, entry, ...rest });
  }
}
