import type { IHeaders, KafkaMessage } from 'kafkajs';
import { gatewayKey } from '#events/source-keys.fixture.js';
import { packAndProve } from '../event-batch.js';
import { sentEvent as event } from '../sent-event.fixture.js';
import { fromKafka, headersOfBatch, toKafkaBatch } from './kafka-batch.js';

type Record = Pick<KafkaMessage, 'value' | 'headers'>;

const batch = packAndProve([event, { ...event, id: 'second' }], gatewayKey);
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

it('is a batch whatever other headers say', () => {
  expect(fromKafka({ value: batch.frame }).unpack()).toHaveLength(2);
});

it('keeps the headers of a batch that are there once, and none that kafkajs could not write again', () => {
  const odd = { ...headers, 'content-type': ['a', 'b'], constructor: [Object, Buffer.from('x')], other: null };
  const kept = headersOfBatch({ value: null, headers: odd as unknown as IHeaders });
  expect(kept).toEqual({ 'content-encoding': headers['content-encoding'], 'batch-proof': headers['batch-proof'] });
});

it.each([Buffer.from('no frame'), null])('is one malformed message where the value is %j', (value) => {
  const raw = value ?? new Uint8Array();
  expect(fromKafka({ ...record, value })).toMatchObject({ bytes: raw, proof: batch.proof });
  expect(fromKafka({ ...record, value }).unpack()).toEqual([{ raw, malformed: 'no CloudEvents batch' }]);
});
