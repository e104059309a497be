import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { CloudEvent, HTTP } from 'cloudevents';
import { packBatch, toCloudEvent, unpackBatch } from './event-batch.js';
import { sentEvent as event } from './sent-event.fixture.js';

const frame = (text: string) => zstdCompressSync(text);
const written = toCloudEvent(event);

describe('a batch of CloudEvents', () => {
  it('arrives as it was sent, to the byte and in order', () => {
    const bytes = { ...event, id: 'second', data: Uint8Array.from([0, 255, 128, 10]) };
    const arrived = unpackBatch(packBatch([event, bytes]));
    expect(arrived.map((message) => message.event)).toEqual([event, { ...bytes, data: Buffer.from(bytes.data) }]);
    expect(arrived.map(({ raw }) => Buffer.from(raw))).toEqual([event.data, Buffer.from(bytes.data)]);
  });

  it('has no trace context where there was none', () => {
    const { traceparent, ...bare } = event;
    expect(traceparent).toBeDefined();
    expect(toCloudEvent(bare)).not.toHaveProperty('traceparent');
    expect(unpackBatch(packBatch([bare]))[0]!.event).toEqual(bare);
  });

  it('holds only its own part of a larger buffer', () => {
    const whole = Buffer.from('before{"a":1}after');
    const [message] = unpackBatch(packBatch([{ ...event, data: whole.subarray(6, 13) }]));
    expect(Buffer.from(message!.raw).toString()).toBe('{"a":1}');
  });

  it('is read by the SDK of the CNCF as the same events', () => {
    const headers = { 'content-type': 'application/cloudevents-batch+json' };
    const theirs = HTTP.toEvent({ headers, body: JSON.stringify([written]) }) as CloudEvent<unknown>[];
    expect(theirs).toHaveLength(1);
    expect(theirs[0]).toMatchObject({
      id: event.id,
      type: event.type,
      source: event.source,
      time: event.time,
      traceparent: event.traceparent,
      partitionkey: event.key,
    });
    expect(Buffer.from(theirs[0]!.data_base64!, 'base64')).toEqual(event.data);
    theirs[0]!.validate();
  });

  it.each([
    ['none', []],
    ['text of several bytes a letter', [{ ...event, key: '公租房 🏠' }, event]],
    ['more than any reader takes', [event, { ...event, data: Buffer.alloc(2 * 1024 * 1024, 'a') }, event]],
    ['more than was written before', [event, event]],
  ])('is all of its text, whatever was packed before: %s', (_what, events) => {
    const text = zstdDecompressSync(packBatch(events)).toString();
    expect(text).toBe(JSON.stringify(events.map(toCloudEvent)));
  });

  it('is a fraction of its text where events have much in common', () => {
    const many = Array.from({ length: 100 }, (_, at) => ({ ...event, id: `${at}` }));
    expect(packBatch(many).length).toBeLessThan(JSON.stringify(many.map(toCloudEvent)).length / 8);
  });

  it.each([
    ...[Buffer.alloc(0), Buffer.from('no frame'), packBatch([event]).subarray(0, -1)],
    ...['no JSON', '{}', '[]', JSON.stringify([written, ' '.repeat(2 * 1024 * 1024)])].map(frame),
    ...[JSON.stringify(Array.from({ length: 513 }, () => written)), `[${'['.repeat(9_000)}${']'.repeat(9_000)}]`].map(
      frame,
    ),
  ])('is one malformed message where its frame is %j', (raw) => {
    expect(unpackBatch(raw)).toEqual([{ raw, malformed: 'no CloudEvents batch' }]);
  });

  it.each([
    ['specversion', { ...written, specversion: '0.3' }],
    ['datacontenttype', { ...written, datacontenttype: 'text/plain' }],
    ['partitionkey', { ...written, partitionkey: '' }],
    ...['no base64!', 'QQ', 'QQ=', 'QQ==QQ==', 'QQ==    ', 'Q Q==', '-_-_', 'Q', '=', 7].map(
      (data_base64): [string, object] => ['data_base64', { ...written, data_base64 }],
    ),
    ['traceparent', { ...written, traceparent: null }],
    ['traceparent', { ...written, traceparent: '' }],
    ['specversion, data_base64, time', { ...written, specversion: 1, data_base64: null, time: undefined }],
    ['', null],
    ['specversion, datacontenttype, data_base64, id, type, source, time, partitionkey', []],
    ['id', { ...written, id: 7 }],
    ['', 'text'],
  ])('has a malformed message, named by %j, among good ones', (name, stranger) => {
    const [first, second] = unpackBatch(frame(JSON.stringify([written, stranger])));
    expect(first!.event).toEqual(event);
    expect(second).toEqual({
      raw: Buffer.from(JSON.stringify(stranger)),
      malformed: `no CloudEvent 1.0: ${name}`,
    });
  });
});
