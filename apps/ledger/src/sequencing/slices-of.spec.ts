import type { ReceivedMessage } from '#events/transport.js';
import { slicesOf } from './slices-of.js';

/** Parts of so many messages, each of which says where it is. */
function aBatchOf(sizes: readonly number[], unpacked: number[] = []) {
  return sizes.map((size, part) => () => {
    unpacked.push(part);
    return Array.from({ length: size }, (_, index): ReceivedMessage => ({ raw: Buffer.from([part, index]) }));
  });
}

it.each([[[]], [[1]], [[0, 3, 0, 0, 2, 0]], [[2, 2, 2, 2, 1]], [[9, 1, 9]]])(
  'has every message of parts of %j once, in order, and says where it is',
  (sizes) => {
    const seen: number[][] = [];
    for (const { messages, placeOf } of slicesOf(aBatchOf(sizes), 3)) {
      for (const [index, { raw }] of messages.entries()) {
        expect(placeOf(index)).toEqual({ part: raw[0], index: raw[1] });
        seen.push([...raw]);
      }
    }
    expect(seen).toEqual(sizes.flatMap((size, part) => Array.from({ length: size }, (_, index) => [part, index])));
  },
);

it('has as many messages as are asked for, or more by the rest of a part, and fewer only at the end', () => {
  const slices = [...slicesOf(aBatchOf([2, 2, 2, 5, 1, 1]), 3)];
  expect(slices.map(({ messages }) => messages.length)).toEqual([4, 7, 2]);
});

it('unpacks nothing before its turn', () => {
  const unpacked: number[] = [];
  const slices = slicesOf(aBatchOf([3, 3, 3], unpacked), 3);
  expect(unpacked).toEqual([]);
  slices.next();
  expect(unpacked).toEqual([0]);
});
