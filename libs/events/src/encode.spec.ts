import fc from 'fast-check';
import { accessFailedV1, type AccessFailed } from './access-failed.v1.js';
import type { SluiceEvent } from './contract.js';
import { EventError, contractOf, decode, encode, type EventErrorCode } from './encode.js';
import { registryChangedV1 } from './registry-changed.v1.js';
import { accessDecidedV1, type AccessDecided } from './access-decided.v1.js';

const failed: AccessFailed = {
  type: 'access.failed.v1',
  id: '0198f3b2-7c5e-8d11-9a30-2f1c6d7e8f90',
  source: 'gateway',
  time: '2026-11-23T08:00:00.000Z',
  consumer: 'housing',
  resource: 'population/resident',
  reason: 'ADAPTER_UNAVAILABLE',
};
const failedText =
  '{"consumer":"housing","id":"0198f3b2-7c5e-8d11-9a30-2f1c6d7e8f90","reason":"ADAPTER_UNAVAILABLE",' +
  '"resource":"population/resident","source":"gateway","time":"2026-11-23T08:00:00.000Z","type":"access.failed.v1"}';

const event = encode(accessFailedV1, failed, { key: failed.id });
const withData = (data: string | Uint8Array): SluiceEvent => ({ ...event, data: Buffer.from(data) });

/** What comes of an event: the same whether it has to be parsed or is recognised by its bytes. */
function codeOf(stranger: SluiceEvent): EventErrorCode | 'decoded' {
  const code = outcome(() => decode(stranger));
  expect(outcome(() => contractOf(stranger))).toBe(code);
  return code;
}

function outcome(read: () => unknown): EventErrorCode | 'decoded' {
  try {
    read();
    return 'decoded';
  } catch (error) {
    if (error instanceof EventError) return error.code;
    throw error;
  }
}

describe('encode', () => {
  it('writes the entry as RFC 8785 has it and names it by its own attributes', () => {
    expect(Buffer.from(event.data).toString('utf8')).toBe(failedText);
    expect({ ...event, data: undefined }).toEqual({
      id: failed.id,
      type: 'access.failed.v1',
      source: 'gateway',
      time: failed.time,
      key: failed.id,
      data: undefined,
    });
  });

  it('carries a trace context beside the data, never in it', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const traced = encode(accessFailedV1, failed, { key: 'k', traceparent });
    expect(traced.traceparent).toBe(traceparent);
    expect(traced.data).toEqual(event.data);
    expect(encode(accessFailedV1, failed, { key: 'k', traceparent: undefined })).not.toHaveProperty('traceparent');
  });

  it('has no bytes for a lone surrogate, and says so', () => {
    const decided: AccessDecided = {
      type: 'access.decided.v1',
      id: failed.id,
      source: 'gateway',
      time: failed.time,
      consumer: 'housing',
      authenticated: true,
      mode: 'records',
      outcome: 'permit',
      basis: { law: '\ud800', article: '1' },
      select: [],
      where: [],
      agreements: [],
      commitment: 'A'.repeat(43),
    };
    expect(() => encode(accessDecidedV1, decided, { key: failed.id })).toThrow(
      new EventError('NOT_CANONICAL', 'access.decided.v1 has no RFC 8785 form'),
    );
  });
});

describe('decode', () => {
  it('reads what encode wrote', () => {
    expect(decode(event)).toEqual({ contract: accessFailedV1, entry: failed });
    expect(contractOf(event)).toBe(accessFailedV1);
  });

  it('refuses a type that there is no contract for, and repeats no more of it than fits a log line', () => {
    expect(codeOf({ ...event, type: 'access.failed.v2' })).toBe('TYPE_UNKNOWN');
    expect(() => decode({ ...event, type: 'x'.repeat(5_000) })).toThrow(
      new EventError('TYPE_UNKNOWN', 'x'.repeat(100)),
    );
  });

  it('refuses the data of another type under this one', () => {
    expect(codeOf({ ...event, type: registryChangedV1.type })).toBe('SCHEMA');
  });

  it.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['a JSON text that breaks off', failedText.slice(0, -1)],
    ['a byte order mark', `\ufeff${failedText}`],
  ])('refuses %s as no JSON', (_, data) => {
    expect(codeOf(withData(data))).toBe('NOT_JSON');
  });

  it('refuses bytes that are no UTF-8, which would be hashed as they are and read as something else', () => {
    const bytes = Buffer.from(failedText.replace('housing', 'housin?'));
    bytes[bytes.indexOf('?')] = 0xff;
    expect(codeOf(withData(bytes))).toBe('NOT_JSON');
  });

  it.each([
    ['a space', failedText.replace(':', ': ')],
    ['members in another order', JSON.stringify(failed)],
    ['a member twice', failedText.replace('{', '{"consumer":"other",')],
    ['an escape that is not needed', failedText.replace('housing', 'h\\u006fusing')],
    ['a lone surrogate', failedText.replace('housing', '\\ud800')],
    ['a number that no double holds', failedText.replace('{', '{"a":1e999,')],
    ['a newline at the end', `${failedText}\n`],
  ])('refuses %s as not canonical', (_, data) => {
    expect(codeOf(withData(data))).toBe('NOT_CANONICAL');
  });

  it.each([
    ['a member more', failedText.replace('{', '{"a":1,')],
    ['a member less', failedText.replace('"consumer":"housing",', '')],
    ['a person by name', failedText.replace('housing', '\u738b\u5c0f\u660e')],
    ['an array', '[]'],
    ['null', 'null'],
    ['a date that does not exist', failedText.replace('11-23', '02-30')],
    ['__proto__', failedText.replace('{', '{"__proto__":{"consumer":"housing"},')],
  ])('refuses %s by the schema', (_, data) => {
    expect(codeOf(withData(data))).toBe('SCHEMA');
  });

  it('names the members that do not fit, and none of their values', () => {
    const data = failedText.replace('housing', 'a b').replace('ADAPTER_UNAVAILABLE', 'c d');
    expect(() => decode(withData(data))).toThrow(new EventError('SCHEMA', 'consumer, reason'));
  });

  it.each(['id', 'source', 'time'] as const)('refuses an envelope whose %s is not the entry\u2019s', (name) => {
    const stranger = { ...event, [name]: 'another' };
    expect(() => decode(stranger)).toThrow(new EventError('ATTRIBUTES_DIFFER', name));
    expect(codeOf(stranger)).toBe('ATTRIBUTES_DIFFER');
  });

  it('answers any bytes with an EventError or with an entry that encodes to those very bytes', () => {
    const damaged = fc
      .tuple(fc.nat(failedText.length - 1), fc.integer({ min: 0, max: 255 }), fc.nat(3))
      .map(([at, byte, drop]) => {
        const bytes = Buffer.from(failedText);
        bytes[at] = byte;
        return bytes.subarray(0, bytes.length - (drop === 0 ? at : 0));
      });
    const anything = fc.oneof(
      damaged,
      fc.uint8Array(),
      fc.json().map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(anything, (data) => {
        if (codeOf(withData(data)) !== 'decoded') return;
        const { contract, entry } = decode(withData(data));
        expect(Buffer.from(encode(contract, entry, { key: 'k' }).data)).toEqual(Buffer.from(data));
      }),
      { numRuns: 2_000 },
    );
  });
});
