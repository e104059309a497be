import type { IHeaders, KafkaMessage } from 'kafkajs';
import { sentEvent as event } from '../sent-event.fixture.js';
import { fromKafka, isBatch, toKafkaBatch } from './kafka-batch.js';
import { toKafkaMessage } from './kafka-message.js';

type Record = Pick<KafkaMessage, 'key' | 'value' | 'headers'>;

/** As a broker hands it over: bytes everywhere. */
function overTheWire({ key = null, value, headers = {} }: ReturnType<typeof toKafkaMessage>): Record {
  const bytes = (text: unknown) => Buffer.from(text as string | Buffer);
  const texts = Object.entries(headers).map(([name, text]) => [name, bytes(text)]);
  return {
    key: key === null ? null : bytes(key),
    value: bytes(value),
    headers: Object.fromEntries(texts) as IHeaders,
  };
}

const record = overTheWire(toKafkaBatch([event, { ...event, id: 'second' }], 3));

it('is for its partition, and is unpacked anew each time', () => {
  expect(toKafkaBatch([event], 3).partition).toBe(3);
  const unpack = fromKafka(record);
  for (const messages of [unpack(), unpack()]) {
    expect(messages.map((message) => message.event)).toEqual([event, { ...event, id: 'second' }]);
  }
});

it('is one malformed message where the value is no batch', () => {
  const raw = Buffer.from('no frame');
  expect(fromKafka({ ...record, value: raw })()).toEqual([{ raw, malformed: 'no CloudEvents batch' }]);
});

it('is one event where it is a record in binary mode', () => {
  const single = overTheWire(toKafkaMessage(event));
  expect(isBatch(single)).toBe(false);
  expect(fromKafka(single)()).toEqual([{ event, raw: event.data }]);
});

it.each<[string, Record]>([
  ['without headers', { key: null, value: record.value }],
  ['without an encoding', { ...record, headers: { 'content-type': record.headers?.['content-type'] } }],
  ['of another encoding', { ...record, headers: { ...record.headers, 'content-encoding': Buffer.from('gzip') } }],
  ['without a value', { ...record, value: null }],
])('is one malformed message where it is a record %s', (_, other) => {
  expect(fromKafka(other)()).toMatchObject([{ malformed: expect.stringMatching(/^no /) as string }]);
});
