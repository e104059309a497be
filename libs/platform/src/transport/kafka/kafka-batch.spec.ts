import type { IHeaders, KafkaMessage } from 'kafkajs';
import { gatewayKey } from '#events/signed-event.fixture.js';
import { proveAndPack } from '../event-batch.js';
import { sentEvent as event } from '../sent-event.fixture.js';
import { fromKafka, toKafkaBatch } from './kafka-batch.js';

type Record = Pick<KafkaMessage, 'value' | 'headers'>;

const batch = proveAndPack([event, { ...event, id: 'second' }], gatewayKey);
const sent = toKafkaBatch(batch, 3);
/** As a broker hands it over: bytes everywhere. */
const headers: IHeaders = Object.fromEntries(
  Object.entries(sent.headers ?? {}).map(([name, text]) => [name, Buffer.from(text as string)]),
);
const record: Record = { value: batch.frame, headers };

it('is for its partition, has its proof, and is unpacked anew each time', () => {
  expect(sent.partition).toBe(3);
  const { bytes, proof, unpack } = fromKafka(record);
  expect({ bytes, proof }).toEqual({ bytes: batch.frame, proof: batch.proof });
  for (const messages of [unpack(), unpack()]) {
    expect(messages.map((message) => message.event)).toEqual([event, { ...event, id: 'second' }]);
  }
});

it('has no proof where the record has none, or two', () => {
  const { 'batch-proof': proof, ...others } = headers;
  expect(fromKafka({ ...record, headers: others })).not.toHaveProperty('proof');
  const twice = [proof, proof] as Buffer[];
  expect(fromKafka({ ...record, headers: { ...headers, 'batch-proof': twice } })).not.toHaveProperty('proof');
});

const raw = Buffer.from('no frame');
it.each<[string, Record, Uint8Array]>([
  ['whose value is none', { ...record, value: raw }, raw],
  ['without headers', { value: raw }, raw],
  ['without an encoding', { value: raw, headers: { ...headers, 'content-encoding': undefined } }, raw],
  ['of another encoding', { value: raw, headers: { ...headers, 'content-encoding': Buffer.from('gzip') } }, raw],
  ['without a value', { ...record, value: null }, new Uint8Array()],
])('is one malformed message in a record %s', (_, other, bytes) => {
  const part = fromKafka(other);
  expect(part.bytes).toEqual(bytes);
  expect(part.unpack()).toEqual([{ raw: bytes, malformed: 'no CloudEvents batch' }]);
});
