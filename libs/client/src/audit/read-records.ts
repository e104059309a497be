import type { FreshRecord } from '#reconcile/sequenced-record.js';
import { roundsOf, type RootedLogs } from './rooted-logs.js';
import { ShardReading } from './shard-reading.js';

/** Records that are given at once, at the least. */
const AT_ONCE = 2048;

/**
 * Every record of all shards: in the order in which the root log has the shards' sizes, and in between by the times that the
 * records claim, so that what belongs together is close together wherever it lies. Rejects with NotAsSigned, at the end at
 * the latest, where these are not the entries that the shards signed: what was given before is worth nothing then.
 */
export async function* readRecords(logs: RootedLogs, latest: number): AsyncGenerator<readonly FreshRecord[]> {
  const readings = new Map(logs.logs.map((log) => [log.origin, new ShardReading(log, latest)]));
  let records: FreshRecord[] = [];
  for (const round of roundsOf(logs)) {
    const parts = [...round].flatMap(([origin, size]) => {
      const reading = readings.get(origin);
      return reading === undefined ? [] : [{ reading, size }];
    });
    for await (const some of readRound(parts)) {
      records.push(...some);
      if (records.length < AT_ONCE) continue;
      yield records;
      records = [];
    }
  }
  yield records;
  for (const reading of readings.values()) reading.requireAsSigned();
}

interface RoundPart {
  readonly reading: ShardReading;
  readonly size: number;
}

async function* readRound(parts: readonly RoundPart[]): AsyncGenerator<readonly FreshRecord[]> {
  for (;;) {
    const ready: RoundPart[] = [];
    for (const part of parts) if (await part.reading.fill(part.size)) ready.push(part);
    const [first, second] = ready.sort((a, b) => a.reading.time - b.reading.time);
    if (first === undefined) return;
    yield first.reading.take(first.size, second?.reading.time ?? Infinity);
  }
}
