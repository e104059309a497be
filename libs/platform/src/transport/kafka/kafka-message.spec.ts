import { CloudEvent, Kafka as CloudEventsKafka, type KafkaMessage as SdkMessage } from 'cloudevents';
import type { Message } from 'kafkajs';
import { fromKafkaMessage, toKafkaMessage } from './kafka-message.js';
import { sentEvent as event } from '../sent-event.fixture.js';

/** As a broker hands it over: bytes everywhere. */
function overTheWire({ key, value, headers }: Message) {
  const bytes = (text: unknown) => Buffer.from(text as string | Buffer);
  const present = Object.entries(headers ?? {}).filter(([, text]) => text !== undefined);
  const entries = present.map(([name, text]) => [name, bytes(text)]);
  return { key: bytes(key), value: bytes(value), headers: Object.fromEntries(entries) as Record<string, Buffer> };
}

const arrived = overTheWire(toKafkaMessage(event));
const without = (name: string) => ({
  ...arrived,
  headers: Object.fromEntries(Object.entries(arrived.headers).filter(([header]) => header !== name)),
});
const withHeader = (name: string, value: string) => ({
  ...arrived,
  headers: { ...arrived.headers, [name]: Buffer.from(value) },
});

describe('a CloudEvent in a Kafka record', () => {
  it('arrives as it was sent, to the byte', () => {
    expect(fromKafkaMessage(arrived)).toEqual({ event, raw: event.data });
  });

  it('has neither trace context nor proof where there was none', () => {
    const { traceparent, sourceproof, ...bare } = event;
    expect([traceparent, sourceproof]).not.toContain(undefined);
    const message = toKafkaMessage(bare);
    expect(message.headers).not.toHaveProperty('ce_traceparent');
    expect(message.headers).not.toHaveProperty('ce_sourceproof');
    expect(fromKafkaMessage(overTheWire(message)).event).toEqual(bare);
  });

  it('uses the very memory of the data, and only its part of a larger buffer', () => {
    const whole = Buffer.from('before{"a":1}after');
    const value = toKafkaMessage({ ...event, data: whole.subarray(6, 13) }).value as Buffer;
    expect(value.toString()).toBe('{"a":1}');
    expect(value.buffer).toBe(whole.buffer);
  });

  it('is read by the SDK of the CNCF as the same event', () => {
    const texts = Object.fromEntries(Object.entries(arrived.headers).map(([name, value]) => [name, value.toString()]));
    const message: SdkMessage = { ...arrived, key: arrived.key.toString(), headers: texts, body: '' };
    const theirs = CloudEventsKafka.toEvent(message) as CloudEvent<unknown>;
    expect(theirs.toJSON()).toMatchObject({
      specversion: '1.0',
      id: event.id,
      type: event.type,
      source: event.source,
      time: event.time,
      datacontenttype: 'application/json',
      traceparent: event.traceparent,
      sourceproof: event.sourceproof,
      partitionkey: event.key,
      data: { a: '\u516c\u79df\u623f', b: 1e21 },
    });
    theirs.validate();
  });

  it('is read here when the SDK of the CNCF has written it', () => {
    const { key, data, ...attributes } = event;
    const theirs = new CloudEvent({
      specversion: '1.0',
      ...attributes,
      datacontenttype: 'application/json',
      partitionkey: key,
      data: Buffer.from(data).toString('utf8'),
    });
    const written = CloudEventsKafka.binary(theirs) as SdkMessage<string>;
    const ours = fromKafkaMessage(overTheWire({ key: written.key, value: written.value, headers: written.headers }));
    expect(ours.event).toEqual(event);
  });

  it.each([
    ['ce_specversion', withHeader('ce_specversion', '0.3')],
    ['ce_specversion', without('ce_specversion')],
    ['ce_id', without('ce_id')],
    ['ce_type', without('ce_type')],
    ['ce_source', without('ce_source')],
    ['ce_time', without('ce_time')],
    ['ce_id', withHeader('ce_id', '')],
    ['content-type', without('content-type')],
    ['content-type', withHeader('content-type', 'application/cloudevents+json')],
    ['content-type', withHeader('content-type', 'application/jsonp')],
    ['key', { ...arrived, key: null }],
    ['key', { ...arrived, key: Buffer.alloc(0) }],
    ['ce_id', { ...arrived, headers: { ...arrived.headers, ce_id: [Buffer.from('1'), Buffer.from('2')] } }],
  ])('is none, and the reason names %s, where that does not fit', (name, message) => {
    expect(fromKafkaMessage(message)).toEqual({
      raw: event.data,
      malformed: `no binary-mode CloudEvent 1.0: ${name}`,
    });
  });

  it('is none in a record without headers, or without a value', () => {
    expect(fromKafkaMessage({ key: null, value: Buffer.from('x') }).malformed).toContain(
      'ce_specversion, content-type',
    );
    expect(fromKafkaMessage({ ...arrived, value: null })).toEqual({ raw: new Uint8Array(), malformed: 'no value' });
  });

  it.each(['application/json; charset=utf-8', 'Application/JSON'])('may say its type as %s', (type) => {
    expect(fromKafkaMessage(withHeader('content-type', type)).event).toEqual(event);
  });
});
