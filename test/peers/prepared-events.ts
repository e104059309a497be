import { randomBytes, randomUUID } from 'node:crypto';
import { accessDecidedV1 } from '#events/access-decided.v1.js';
import type { SluiceEvent } from '#events/contract.js';
import { encode } from '#events/encode.js';
import { NOTHING_BEFORE, link, type NextPlace } from '#events/link.js';

/** Gives the events of a batch as an outbox gives them: new objects made of what it reads. */
export type PreparedBatch = () => readonly SluiceEvent[];

/** Batches of so many events of the gateway, all in one sequence. */
export function* preparedBatches(count: number): Generator<PreparedBatch, never> {
  let place: NextPlace = { chain: randomUUID(), number: 1, previous: NOTHING_BEFORE };
  for (;;) {
    const { linked, next } = link(Array.from({ length: count }, aRefusal), place);
    place = next;
    yield putAway(linked);
  }
}

/** A decision that is complete in itself, and about as long, with its place, as what peers are given. */
function aRefusal(): SluiceEvent {
  const id = randomUUID();
  return encode(
    accessDecidedV1,
    {
      type: 'access.decided.v1',
      ...{ id, source: 'gateway', time: new Date().toISOString(), mode: 'records', outcome: 'deny' },
      ...{ authenticated: true, consumer: 'housing/eligibility', reason: 'NO_AGREEMENT', agreements: [] },
      ...{ select: [], where: [], commitment: randomBytes(32).toString('base64url') },
    },
    { key: id },
  );
}

/**
 * Without an object for each event: hundreds of thousands of them, of which more live than an outbox ever has in its hands,
 * would be marked several times a second while the publisher is measured.
 */
function putAway(events: readonly SluiceEvent[]): PreparedBatch {
  const bytes = Buffer.concat(events.map(({ data }) => data));
  const lengths = Uint16Array.from(events, ({ data }) => data.length);
  const ids = events.map(({ id }) => id).join(',');
  const times = events.map(({ time }) => time).join(',');
  return () => {
    const [timeOf, data] = [times.split(','), Buffer.from(bytes)];
    let end = 0;
    return ids.split(',').map((id, at) => {
      const start = end;
      end += lengths[at] ?? 0;
      const { type } = accessDecidedV1;
      return { id, type, source: 'gateway', time: timeOf[at] ?? '', key: id, data: data.subarray(start, end) };
    });
  };
}
