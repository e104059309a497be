import type { IHeaders, KafkaMessage, Message } from 'kafkajs';
import { z } from 'zod';
import type { PublishedEvent, ReceivedMessage } from '#events/transport.js';

/*
 * Kafka Protocol Binding for CloudEvents 1.0.2, binary content mode (section 3.2): attributes are headers `ce_…`,
 * `datacontenttype` is the header `content-type`, the data is the record's value, the key is the record's key
 * (section 3.1). `traceparent` is the Distributed Tracing extension, and `sourceproof` our own. Written here because the CNCF's SDK parses JSON
 * data on arrival, and then the bytes that are to be hashed are gone; a test holds the two to each other.
 */
const SPEC_VERSION = '1.0';
const CONTENT_TYPE = 'application/json';

/** The value is the event's data itself: no copy, no second serialisation. */
export function toKafkaMessage(event: PublishedEvent): Message {
  return {
    key: event.key,
    value: Buffer.from(event.data.buffer, event.data.byteOffset, event.data.byteLength),
    headers: {
      'content-type': CONTENT_TYPE,
      ce_specversion: SPEC_VERSION,
      ce_id: event.id,
      ce_type: event.type,
      ce_source: event.source,
      ce_time: event.time,
      ...(event.traceparent === undefined ? {} : { ce_traceparent: event.traceparent }),
      ...(event.sourceproof === undefined ? {} : { ce_sourceproof: event.sourceproof }),
    },
  };
}

const text = z.string().min(1);
const head = z.object({
  ce_specversion: z.literal(SPEC_VERSION),
  'content-type': z.string().regex(/^application\/json *(;|$)/i),
  ce_id: text,
  ce_type: text,
  ce_source: text,
  ce_time: text,
  ce_traceparent: text.optional(),
  ce_sourceproof: text.optional(),
  key: text,
});

/** Never throws: what is no event says why. Whether it is one that is known is for `decode` to find out. */
export function fromKafkaMessage({
  key,
  value,
  headers,
}: Pick<KafkaMessage, 'key' | 'value' | 'headers'>): ReceivedMessage {
  if (value === null) return { raw: new Uint8Array(), malformed: 'no value' };
  const result = head.safeParse({ ...headerTexts(headers), key: key?.toString('utf8') });
  if (!result.success) {
    const names = result.error.issues.map((issue) => issue.path.join('.')).join(', ');
    return { raw: value, malformed: `no binary-mode CloudEvent ${SPEC_VERSION}: ${names}` };
  }
  return { raw: value, event: eventOf(result.data, value) };
}

function eventOf(attributes: z.output<typeof head>, data: Uint8Array): PublishedEvent {
  const { ce_traceparent: traceparent, ce_sourceproof: sourceproof } = attributes;
  return {
    id: attributes.ce_id,
    type: attributes.ce_type,
    source: attributes.ce_source,
    time: attributes.ce_time,
    key: attributes.key,
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(sourceproof === undefined ? {} : { sourceproof }),
    data,
  };
}

/** The same header twice arrives as an array: an attribute has one value, so `head` refuses it. */
function headerTexts(headers: IHeaders = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Buffer.isBuffer(value) ? value.toString('utf8') : value]),
  );
}
