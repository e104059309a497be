import type { OpenedPart } from '#events/source-check.js';
import type { ReceivedMessage, ReceivedPart } from '#events/transport.js';
import { slicesOf } from './slices-of.js';

/** Parts of so many messages; a negative number is a part that cannot be opened. */
function aBatchOf(sizes: readonly number[]): readonly ReceivedPart[] {
  return sizes.map((size, part) => ({
    bytes: Buffer.from([part]),
    unpack: () => Array.from({ length: size }, (_, index): ReceivedMessage => ({ raw: Buffer.from([part, index]) })),
  }));
}

const open =
  (sizes: readonly number[], opened: number[] = []) =>
  (part: ReceivedPart): OpenedPart => {
    const number = part.bytes[0] ?? 0;
    opened.push(number);
    return (sizes[number] ?? 0) < 0
      ? { fault: 'UNPROVEN', raw: part.bytes }
      : { key: String(number), messages: part.unpack() };
  };

const slices = (sizes: readonly number[]) => [...slicesOf(aBatchOf(sizes), { messages: 3, parts: 4 }, open(sizes))];

it.each([[[]], [[1]], [[0, 3, 0, 0, 2, 0]], [[2, 2, 2, 2, 1]], [[9, 1, 9]], [[-1, -1, 2, -1, -1, -1, 5]]])(
  'has every part of %j once, in order, and says which is its first',
  (sizes) => {
    const seen = slices(sizes).flatMap(({ first, parts }) =>
      parts.map((one, at) => [first + at, 'fault' in one ? -1 : one.messages.length]),
    );
    expect(seen).toEqual([...sizes.entries()]);
  },
);

it('has as many messages as are asked for, or more by the rest of a part, and fewer only at the end or of many parts', () => {
  const sizes = (of: readonly number[]) =>
    slices(of).map(({ parts }) => parts.map((one) => ('fault' in one ? 'fault' : one.messages.length)));
  expect(sizes([2, 2, 2, 5, 1, 1])).toEqual([
    [2, 2],
    [2, 5],
    [1, 1],
  ]);
  expect(sizes([0, 0, 1, 0, 0, 5])).toEqual([
    [0, 0, 1, 0],
    [0, 5],
  ]);
  expect(sizes([2, -1, -1, -1, 2])).toEqual([
    [2, 'fault'],
    ['fault', 'fault', 2],
  ]);
});

it('opens nothing before its turn', () => {
  const opened: number[] = [];
  const sizes = [3, 3, 3];
  const turns = slicesOf(aBatchOf(sizes), { messages: 3, parts: 4 }, open(sizes, opened));
  expect(opened).toEqual([]);
  turns.next();
  expect(opened).toEqual([0]);
});
