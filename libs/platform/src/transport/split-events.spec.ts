import fc from 'fast-check';
import type { SluiceEvent } from '#events/contract.js';
import { splitEvents } from './split-events.js';

const ofSize = (bytes: number): SluiceEvent => ({
  id: 'i',
  type: 't',
  source: 's',
  time: 'z',
  key: 'k',
  data: new Uint8Array(bytes),
});

describe('splitEvents', () => {
  it('has no part for no events', () => {
    expect(splitEvents([], { count: 2, bytes: 1_000 })).toEqual([]);
  });

  it('sends alone what is larger than any part', () => {
    const events = [ofSize(10), ofSize(5_000), ofSize(10)];
    expect(splitEvents(events, { count: 9, bytes: 1_000 }).map((part) => part.length)).toEqual([1, 1, 1]);
  });

  it('fills each part as far as it may', () => {
    const parts = splitEvents(
      Array.from({ length: 5 }, () => ofSize(100)),
      { count: 2, bytes: 1_000_000 },
    );
    expect(parts.map((part) => part.length)).toEqual([2, 2, 1]);
  });

  it('loses nothing, keeps the order, and passes a limit only with one event', () => {
    const sizes = fc.array(fc.nat(2_000), { maxLength: 60 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 6_000 }), (all, count, bytes) => {
        const events = all.map(ofSize);
        const parts = splitEvents(events, { count, bytes });
        expect(parts.flat()).toEqual(events);
        for (const part of parts) {
          expect(part.length).toBeGreaterThan(0);
          expect(part.length).toBeLessThanOrEqual(count);
          const size = part.reduce((sum, { data }) => sum + data.byteLength, 0);
          expect(part.length === 1 || size <= bytes).toBe(true);
        }
      }),
    );
  });
});
