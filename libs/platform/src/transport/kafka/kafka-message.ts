import type { IHeaders, KafkaMessage, Message } from 'kafkajs';
import type { SluiceEvent } from '#events/contract.js';
import type { ReceivedMessage } from '#events/transport.js';

/*
 * Kafka Protocol Binding for CloudEvents 1.0.2, binary content mode (section 3.2): attributes are headers `ce_…`,
 * `datacontenttype` is the header `content-type`, the data is the record's value, the key is the record's key
 * (section 3.1). `traceparent` is the Distributed Tracing extension. Written here because the CNCF's SDK parses JSON
 * data on arrival, and then the bytes that are to be hashed are gone; a test holds the two to each other.
 */
const SPEC_VERSION = '1.0';
const CONTENT_TYPE = 'application/json';

/** The value is the event's data itself: no copy, no second serialisation. */
export function toKafkaMessage(event: SluiceEvent): Message {
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
    },
  };
}

/** Never throws: what is no event says why. Whether it is one that is known is for `decode` to find out. */
export function fromKafkaMessage(message: Pick<KafkaMessage, 'key' | 'value' | 'headers'>): ReceivedMessage {
  const raw = message.value ?? new Uint8Array();
  const read = (name: string) => headerText(message.headers, name);
  const malformed = (why: string): ReceivedMessage => ({ raw, malformed: why });

  if (message.value === null) return malformed('no value');
  if (read('ce_specversion') !== SPEC_VERSION) return malformed(`no binary-mode CloudEvent ${SPEC_VERSION}`);
  if (read('content-type')?.split(';')[0]?.trim().toLowerCase() !== CONTENT_TYPE) return malformed('not JSON');
  const key = message.key?.toString('utf8');
  if (key === undefined || key === '') return malformed('no key');
  const [id, type, source, time] = [read('ce_id'), read('ce_type'), read('ce_source'), read('ce_time')];
  if (!id || !type || !source || !time) return malformed('id, type, source or time is missing');
  const traceparent = read('ce_traceparent');
  return { raw, event: { id, type, source, time, key, ...(traceparent ? { traceparent } : {}), data: raw } };
}

function headerText(headers: IHeaders | undefined, name: string): string | undefined {
  const value = headers?.[name];
  // The same header twice is an array: an attribute has one value, so that is none.
  if (value === undefined || Array.isArray(value)) return undefined;
  return typeof value === 'string' ? value : value.toString('utf8');
}
