import fc from 'fast-check';
import { anEvent } from '../test/entry-arbitraries.js';
import { canonicalPattern } from './canonical-pattern.js';
import { entryContracts } from './contracts.js';
import { EventError, checkEntry, readCanonical } from './encode.js';
import { readEntry } from './read-entry.js';

const id = '0198f3b2-7c5e-8d11-9a30-2f1c6d7e8f90';
const failed =
  `{"consumer":"housing","id":"${id}","reason":"ADAPTER_UNAVAILABLE","resource":"population/resident",` +
  '"source":"gateway","time":"2026-11-23T08:00:00.000Z","type":"access.failed.v1"}';

/** The type of the entry, or the code of what is wrong, by parsing it. */
function slowly(data: Uint8Array): string {
  return outcome(() => {
    const json = readCanonical(data) as { type: string };
    const contract = entryContracts.get(json.type);
    return contract === undefined ? 'unknown' : checkEntry(json, contract).type;
  });
}

function outcome(read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (error instanceof EventError) return error.code;
    throw error;
  }
}

const read = (text: string) => outcome(() => readEntry(Buffer.from(text)).type);

describe('reading an entry of a log', () => {
  it('tells what every contract’s entries are, and whose', () => {
    fc.assert(
      fc.property(anEvent, (event) => {
        expect(readEntry(event.data)).toEqual({ type: event.type, id: event.id, isKnown: true });
      }),
    );
  });

  it('says the same as parsing does, whatever bytes were changed', () => {
    const change = fc.record({
      at: fc.nat(),
      byte: fc.constantFrom(...Buffer.from('"{}[],:\\ ae09-Z\u0000\u00ff\u0080')),
    });
    fc.assert(
      fc.property(anEvent, fc.array(change, { minLength: 1, maxLength: 3 }), ({ data }, changes) => {
        const bytes = Buffer.from(data);
        for (const { at, byte } of changes) bytes[at % bytes.length] = byte;
        const expected = slowly(bytes);
        const found = outcome(() => readEntry(bytes).type);
        if (expected !== 'unknown') expect(found).toBe(expected);
        else expect(entryContracts.has(found)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('knows nothing of a version to come but its name', () => {
    const text = failed.replace('failed.v1', 'failed.v2').replace('"reason":"ADAPTER_UNAVAILABLE"', '"reason":[1]');
    expect(readEntry(Buffer.from(text))).toEqual({ type: 'access.failed.v2', id, isKnown: false });
  });

  it('takes one id in two spellings for one', () => {
    expect(readEntry(Buffer.from(failed.replace(id, id.toUpperCase()))).id).toBe(id);
  });

  it.each([
    ['NOT_JSON', '\u0000'],
    ['NOT_CANONICAL', `${failed} `],
    ['SCHEMA', failed.replace('housing', 'a b')],
    ['SCHEMA', failed.replace('housing', 'a'.repeat(129))],
    ['TYPE_UNKNOWN', '{"type":"x.v1"}'],
    ['TYPE_UNKNOWN', '[]'],
    ['access.failed.v1', failed.replace('housing', 'a'.repeat(128))],
  ])('gives %s', (code, text) => {
    expect(read(text)).toBe(code);
  });
});

describe('the pattern of a contract', () => {
  it.each([...entryContracts])('is there for %s, so that no log is slow to read', (_, { schema }) => {
    expect(canonicalPattern(schema, ['id', 'source', 'time'])).toBeInstanceOf(RegExp);
  });
});
