import { randomUUID } from 'node:crypto';
import { canonicalText } from '#events/canonical-json.js';
import { LEDGER_TOPIC, type EventEntry, type SluiceEvent } from '#events/contract.js';
import { NOTHING_BEFORE, link, type NextPlace } from '#events/link.js';
import { insertIntoOutbox } from '#platform/outbox/outbox.repository.js';
import type { System } from '../support/system.js';

/** A record as it waits in an outbox, with whatever its type has besides. */
export type WaitingRecord = EventEntry & Readonly<Record<string, unknown>>;

/**
 * What a party's superuser does that hides it well, while the process is down: each record that waits becomes those that
 * `rewrite` gives, and all of them are linked anew, so that numbers and hashes of the sequence are whole. What is given
 * without `writer` stands in none.
 */
export async function rewriteRecords(
  system: System,
  party: string,
  rewrite: (record: WaitingRecord) => readonly WaitingRecord[],
): Promise<void> {
  const rows = await system.query<{ text: string; key: string }>(
    party,
    "DELETE FROM outbox RETURNING convert_from(data, 'UTF8') AS text, key",
  );
  const waiting = rows.map(({ text, key }) => ({ record: JSON.parse(text) as WaitingRecord, key }));
  for (const [chain, ofOne] of Map.groupBy(waiting, ({ record }) => record.writer!.chain)) {
    const inOrder = ofOne.toSorted((a, b) => a.record.writer!.number - b.record.writer!.number);
    const { number, previous } = inOrder[0]!.record.writer!;
    let next: NextPlace = { chain, number, previous };
    const events = inOrder.flatMap(({ record, key }) =>
      rewrite(record).map(({ writer, ...rest }) => {
        const event = eventOf(rest, key);
        if (writer === undefined) return event;
        const { linked, next: behind } = link([event], { ...next, beside: writer.beside });
        next = behind;
        return linked[0]!;
      }),
    );
    await publishLater(system, party, events);
    // Free at once for the process that comes next, which would leave it alone for a minute.
    await system.query(
      party,
      "UPDATE writer_chain SET number = $2, previous = $3, used_at = '-infinity' WHERE id = $1",
      [chain, next.number, next.previous],
    );
  }
}

/** Each as the first record of a sequence of its own, of those of the party's database. */
export async function beginSequences(system: System, party: string, records: readonly WaitingRecord[]): Promise<void> {
  const [shared] = await system.query<{ id: string }>(party, "SELECT id FROM writer_chain WHERE kind = 'shared'");
  const beside = { database: shared!.id, heads: [] };
  const events = records.map((record) => {
    const first = { chain: randomUUID(), number: 1, previous: NOTHING_BEFORE, beside };
    return link([eventOf({ ...record, writer: undefined }, record.id)], first).linked[0]!;
  });
  await publishLater(system, party, events);
}

/** What its process publishes and signs once it runs again, however its superuser came by it. */
async function publishLater(system: System, party: string, events: readonly SluiceEvent[]): Promise<void> {
  const { sql, parameters } = insertIntoOutbox(LEDGER_TOPIC, events);
  await system.query(party, sql, parameters);
  // As if it had waited: an outbox leaves to whoever stored them those that are new.
  await system.query(party, "UPDATE outbox SET recorded_at = recorded_at - interval '20 seconds'");
}

function eventOf(record: EventEntry, key: string): SluiceEvent {
  const { id, type, source, time } = record;
  return { id, type, source, time, key, data: Buffer.from(canonicalText(record)!) };
}
