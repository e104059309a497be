import { randomUUID } from 'node:crypto';
import type { SluiceEvent } from '#events/contract.js';

/** An envelope like those of the services. A transport does not look at what is in it. */
export function anEvent(given: { key?: string; data?: string; traceparent?: string } = {}): SluiceEvent {
  return {
    id: randomUUID(),
    type: 'access.failed.v1',
    source: 'adapter/population',
    time: '2026-11-23T08:00:00.000Z',
    key: given.key ?? randomUUID(),
    ...(given.traceparent === undefined ? {} : { traceparent: given.traceparent }),
    data: Buffer.from(given.data ?? '{}', 'utf8'),
  };
}
