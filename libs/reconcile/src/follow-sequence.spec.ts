import fc from 'fast-check';
import { blur, expectRecord, followSequence, holesIn, unbegun, type Arrived, type Gap } from './follow-sequence.js';

const aRecord = (number: number, over: Partial<Arrived> = {}): Arrived => ({
  ...{ number, previous: `leaf ${number - 1}`, leaf: `leaf ${number}` },
  ...{ shard: 0, index: number, seenAt: number * 10, ...over },
});
const START = unbegun('leaf 0');

function followAll(records: readonly Arrived[], from = START) {
  const faults: string[] = [];
  let gaps = from;
  for (const record of records) {
    const followed = followSequence(gaps, record);
    gaps = followed.gaps;
    if (followed.fault !== undefined) faults.push(`${followed.fault} ${record.number}`);
  }
  return { gaps, faults };
}

/** The numbers up to the last that are missing, by looking for each. */
function missing(gaps: readonly Gap[], last: number): number[] {
  return Array.from({ length: last }, (_, at) => at + 1).filter((number) =>
    gaps.some(({ from, to = Infinity }) => from <= number && number <= to),
  );
}

const shuffled = (most: number) => {
  const numbers = Array.from({ length: most }, (_, at) => at + 1);
  return fc.shuffledSubarray(numbers, { minLength: 0 });
};

it('is content with an unbroken sequence in whichever order it comes, and then keeps one gap', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8, 9], { minLength: 9 }), (numbers) => {
      expect(followAll(numbers.map((number) => aRecord(number)))).toEqual({
        gaps: [{ from: 10, head: 'leaf 9' }],
        faults: [],
      });
    }),
  );
});

it('keeps as gaps exactly what did not come, each between the hashes that belong there', () => {
  fc.assert(
    fc.property(shuffled(12), (numbers) => {
      const { gaps, faults } = followAll(numbers.map((number) => aRecord(number)));
      const came = new Set(numbers);
      const last = Math.max(0, ...numbers);
      expect(faults).toEqual([]);
      expect(missing(gaps, last)).toEqual(naiveMissing(came, last));
      for (const { from, to, head, until } of gaps) {
        expect(head).toBe(`leaf ${from - 1}`);
        expect(until).toBe(to === undefined ? undefined : `leaf ${to}`);
      }
    }),
  );
});

function naiveMissing(came: ReadonlySet<number>, last: number): number[] {
  return Array.from({ length: last }, (_, at) => at + 1).filter((number) => !came.has(number));
}

it('finds a fork wherever one record names another before it than came, in whichever order', () => {
  const order = fc.shuffledSubarray([1, 2, 3, 4, 5], { minLength: 5 });
  fc.assert(
    fc.property(order, fc.constantFrom(1, 2, 3, 4, 5), (numbers, forged) => {
      const records = numbers.map((number) => aRecord(number, number === forged ? { previous: 'forged' } : {}));
      expect(followAll(records).faults).toHaveLength(1);
    }),
  );
});

it('finds a fork where a place is claimed a second time', () => {
  const { faults } = followAll([aRecord(1), aRecord(2), aRecord(1, { leaf: 'another' })]);
  expect(faults).toEqual(['fork 1']);
});

describe('a hole', () => {
  const { gaps } = followAll([aRecord(1), aRecord(4), aRecord(6)]);

  it('is none while it may merely wait', () => {
    expect(holesIn(gaps, 100, 139)).toEqual({ holes: [], gaps });
    expect(holesIn(START, 0, 1000)).toEqual({ holes: [], gaps: START });
  });

  it('is reported once, with what shows it', () => {
    const first = holesIn(gaps, 100, 140);
    expect(first.holes).toEqual([{ from: 2, to: 3, behind: { shard: 0, index: 4 } }]);
    const second = holesIn(first.gaps, 100, 160);
    expect(second.holes).toEqual([{ from: 5, to: 5, behind: { shard: 0, index: 6 } }]);
    expect(holesIn(second.gaps, 100, 1000)).toEqual({ holes: [], gaps: second.gaps });
  });

  it('is told from the one before when it is filled in part, and what is left of it is not reported again', () => {
    const reported = holesIn(gaps, 100, 140).gaps;
    const { gaps: rest, faults } = followAll([aRecord(2), aRecord(5)], reported);
    expect(faults).toEqual(['filled 2']);
    expect(holesIn(rest, 0, 1000).holes).toEqual([]);
    expect(missing(rest, 6)).toEqual([3]);
  });

  it('in which a record comes is a hole once more up to that, after its time, and nothing is told twice behind it', () => {
    const reported = holesIn(followAll([aRecord(1), aRecord(10)]).gaps, 100, 200).gaps;
    const came = [2, 3, 5].map((number) => aRecord(number, { seenAt: 1000 }));
    const { gaps: rest, faults } = followAll(came, reported);
    expect(faults).toEqual(['filled 2', 'filled 3', 'filled 5']);
    expect(holesIn(rest, 100, 1099).holes).toEqual([]);
    const again = holesIn(rest, 100, 1100);
    expect(again.holes).toEqual([{ from: 4, to: 4, behind: { shard: 0, index: 5 } }]);
    expect(holesIn(again.gaps, 0, 9999)).toEqual({ holes: [], gaps: again.gaps });
    expect(followAll([aRecord(4)], again.gaps).faults).toEqual(['filled 4']);
  });

  it('that is filled with another record than the one behind names is a fork', () => {
    expect(followAll([aRecord(5, { leaf: 'forged' })], gaps).faults).toEqual(['fork 5']);
  });
});

describe('a record that another one names', () => {
  const by = { shard: 1, index: 99, seenAt: 500 };
  const leaf = (number: number) => ({ number, leaf: `leaf ${number}` });

  it('is waited for with all before it that is missing, and the sequence goes on behind it', () => {
    const { gaps: begun } = followAll([aRecord(1)]);
    const { gaps, fault } = expectRecord(begun, leaf(3), by);
    expect(fault).toBeUndefined();
    expect(holesIn(gaps, 100, 600).holes).toEqual([{ from: 2, to: 3, behind: { shard: 1, index: 99 } }]);
    expect(followAll([aRecord(3), aRecord(4), aRecord(2)], gaps)).toEqual({
      ...{ gaps: [{ from: 5, head: 'leaf 4' }], faults: [] },
    });
    expect(followAll([aRecord(3, { leaf: 'another' })], gaps).faults).toEqual(['fork 3']);
    expect(followAll([aRecord(4, { previous: 'another' })], gaps).faults).toEqual(['fork 4']);
  });

  it('changes nothing where it has come, or is waited for already', () => {
    const { gaps } = followAll([aRecord(1), aRecord(2), aRecord(5)]);
    for (const number of [1, 2, 3, 4, 5]) expect(expectRecord(gaps, leaf(number), by)).toEqual({ gaps });
  });

  it('is a fork where another one is known to stand there', () => {
    const { gaps } = followAll([aRecord(1), aRecord(2), aRecord(5)]);
    for (const number of [2, 4, 5]) {
      expect(expectRecord(gaps, { number, leaf: 'another' }, by)).toEqual({ gaps, fault: 'fork' });
    }
  });

  it('finds what is missing whatever came before and comes after, in any order', () => {
    fc.assert(
      fc.property(shuffled(9), fc.nat({ max: 9 }), fc.integer({ min: 1, max: 9 }), (numbers, at, named) => {
        const before = followAll(numbers.slice(0, at).map((number) => aRecord(number)));
        const { gaps } = expectRecord(before.gaps, leaf(named), by);
        const after = followAll(
          numbers.slice(at).map((number) => aRecord(number)),
          gaps,
        );
        expect(after.faults).toEqual([]);
        const last = Math.max(named, ...numbers);
        expect(missing(after.gaps, last)).toEqual(naiveMissing(new Set(numbers), last));
      }),
    );
  });
});

describe('gaps that are more than can be remembered', () => {
  const { gaps } = followAll([aRecord(2), aRecord(4), aRecord(6)]);

  it('become one, in which nothing is missed and nothing is a fork', () => {
    const blurred = blur(gaps);
    expect(blurred).toHaveLength(2);
    expect(holesIn(blurred, 0, Infinity).holes).toEqual([]);
    const { gaps: rest, faults } = followAll([aRecord(1), aRecord(3), aRecord(3), aRecord(8)], blurred);
    expect(faults).toEqual([]);
    expect(holesIn(rest, 0, Infinity).holes).toEqual([{ from: 7, to: 7, behind: { shard: 0, index: 8 } }]);
    expect(expectRecord(blurred, { number: 5, leaf: 'leaf 5' }, { shard: 0, index: 9, seenAt: 0 })).toEqual({
      gaps: blurred,
    });
  });

  it('stay as they are where there is one', () => {
    expect(blur(START)).toEqual(START);
  });
});
