import type { Message } from 'kafkajs';
import type { SluiceEvent } from '#events/contract.js';

/**
 * An event alone, as it lies in the dead letters: Kafka Protocol Binding for CloudEvents 1.0.2, binary content mode (section
 * 3.2). Attributes are headers `ce_…`, `datacontenttype` is the header `content-type`, the data is the record's value, the key
 * is the record's key (section 3.1), `traceparent` is the Distributed Tracing extension. The value is the event's data itself.
 */
export function toKafkaMessage(event: SluiceEvent): Message {
  return {
    key: event.key,
    value: Buffer.from(event.data.buffer, event.data.byteOffset, event.data.byteLength),
    headers: {
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: event.id,
      ce_type: event.type,
      ce_source: event.source,
      ce_time: event.time,
      ...(event.traceparent === undefined ? {} : { ce_traceparent: event.traceparent }),
    },
  };
}
