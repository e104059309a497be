import { CloudEvent, Kafka as CloudEventsKafka, type KafkaMessage as SdkMessage } from 'cloudevents';
import { toKafkaMessage } from './kafka-message.js';
import { sentEvent as event } from '../sent-event.fixture.js';

describe('a CloudEvent in a Kafka record', () => {
  it('has no trace context where there was none', () => {
    const { traceparent, ...bare } = event;
    expect(traceparent).toBeDefined();
    expect(toKafkaMessage(bare).headers).not.toHaveProperty('ce_traceparent');
  });

  it('uses the very memory of the data, and only its part of a larger buffer', () => {
    const whole = Buffer.from('before{"a":1}after');
    const value = toKafkaMessage({ ...event, data: whole.subarray(6, 13) }).value as Buffer;
    expect(value.toString()).toBe('{"a":1}');
    expect(value.buffer).toBe(whole.buffer);
  });

  it('is read by the SDK of the CNCF as the same event', () => {
    const { key, value, headers } = toKafkaMessage(event);
    const message: SdkMessage = { key: String(key), value, headers: headers as Record<string, string>, body: '' };
    const theirs = CloudEventsKafka.toEvent(message) as CloudEvent<unknown>;
    expect(theirs.toJSON()).toMatchObject({
      specversion: '1.0',
      id: event.id,
      type: event.type,
      source: event.source,
      time: event.time,
      datacontenttype: 'application/json',
      traceparent: event.traceparent,
      partitionkey: event.key,
      data: { a: '\u516c\u79df\u623f', b: 1e21 },
    });
    theirs.validate();
  });
});
