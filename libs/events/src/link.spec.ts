import { createHash } from 'node:crypto';
import { aPlace, anUnlinkedEvent } from '../test/entry-arbitraries.js';
import fc from 'fast-check';
import { entryContracts } from './contracts.js';
import { checkEntry, decode, encode, readCanonical } from './encode.js';
import { accessFailedV1 } from './access-failed.v1.js';
import { NOTHING_BEFORE, leafHash, link, unplaced } from './link.js';

const chain = '0198f3b2-7c5e-4d11-9a30-2f1c6d7e8f90';
const start = { chain, number: 1, previous: NOTHING_BEFORE };

function aFailure(id: string) {
  const time = '2026-11-23T08:00:00.000Z';
  return encode(
    accessFailedV1,
    { type: 'access.failed.v1', id, source: 'gateway', time, consumer: 'a/b', resource: 'c/d', reason: 'GONE' },
    { key: id },
  );
}

it('gives the first record place 1 behind nothing, and each other the place behind the one before', () => {
  const events = ['0198f3b2-7c5e-8d11-9a30-2f1c6d7e8f91', '0198f3b2-7c5e-8d11-9a30-2f1c6d7e8f92'].map(aFailure);
  const { linked, next } = link(events, start);
  const [first, second] = linked.map((event) => decode(event).entry.writer);
  expect(first).toEqual(start);
  expect(second).toEqual({ chain, number: 2, previous: leafHash(linked[0]!.data) });
  expect(next).toEqual({ chain, number: 3, previous: leafHash(linked[1]!.data) });
});

it('says of the first record alone what else its writer has', () => {
  const beside = { database: chain, heads: [{ chain, leaf: NOTHING_BEFORE, number: 7 }] };
  const events = ['0198f3b2-7c5e-8d11-9a30-2f1c6d7e8f91', '0198f3b2-7c5e-8d11-9a30-2f1c6d7e8f92'].map(aFailure);
  const { linked, next } = link(events, { ...start, beside });
  expect(linked.map((event) => decode(event).entry.writer?.beside)).toEqual([beside, undefined]);
  expect(next).not.toHaveProperty('beside');
});

it('leaves a sequence where it is when nothing is recorded', () => {
  expect(link([], start)).toEqual({ linked: [], next: start });
});

it('names nothing as the hash of nothing, and a record by its leaf', () => {
  expect(NOTHING_BEFORE).toBe(createHash('sha256').digest('base64url'));
  const data = Buffer.from('{}');
  expect(leafHash(data)).toBe(createHash('sha256').update('\u0000{}').digest('base64url'));
});

it('writes what is canonical and meets the contract, whatever the entry', () => {
  fc.assert(
    fc.property(anUnlinkedEvent, aPlace, (event, place) => {
      const { linked } = link([event], place);
      const data = linked[0]!.data;
      const entry = checkEntry(readCanonical(data), entryContracts.get(event.type)!);
      expect(entry).toEqual({
        ...checkEntry(readCanonical(event.data), entryContracts.get(event.type)!),
        writer: place,
      });
      expect(Buffer.from(data).indexOf(unplaced(event.data))).toBe(0);
    }),
  );
});
