import { UNANCHORED, anchorSequence, type Anchoring } from './anchor-sequence.js';

const first = (over: Partial<Anchoring> = {}): Anchoring => ({ chain: 'a', number: 1, namesKnown: false, ...over });

/** Which of these records begin a sequence beside those that were there, by their positions. */
function unanchored(records: readonly Anchoring[]): number[] {
  let anchors = UNANCHORED;
  return records.flatMap((record, at) => {
    const anchored = anchorSequence(anchors, record);
    anchors = anchored.anchors;
    return anchored.isAnchored ? [] : [at];
  });
}

it.each<[string, Anchoring[]]>([
  ['all sequences of one database', [first({ database: 'd' }), first({ chain: 'b', database: 'd' })]],
  ['the later records of a sequence', [first(), first({ number: 2 }), first({ number: 3 })]],
  [
    'the database’s own sequence, from whichever record on it names itself',
    [first({ database: 'd' }), first({ chain: 'd' }), first({ chain: 'd', number: 9, database: 'd' })],
  ],
  [
    'the first database that is named, after records from before any was, by one that names these',
    [first(), first({ chain: 'b', database: 'd', namesKnown: true }), first({ chain: 'c', database: 'd' })],
  ],
  [
    'a sequence from before any was named, which goes on, and those of its database',
    [first(), first({ number: 7, database: 'd' }), first({ chain: 'b', database: 'd' })],
  ],
])('are tied to what was there: %s', (_, records) => {
  expect(unanchored(records)).toEqual([]);
});

it.each<[string, Anchoring[]]>([
  ['another database', [first({ database: 'd' }), first({ chain: 'b', database: 'e' })]],
  ['no database, where others named one', [first({ database: 'd' }), first({ chain: 'b' })]],
  ['no database, where another named none', [first(), first({ chain: 'b' })]],
  ['a database, and nothing of what was there before', [first(), first({ chain: 'b', database: 'd' })]],
])('is not tied to it: a sequence that names %s', (_, records) => {
  expect(unanchored(records)).toEqual([1]);
});

it('tells of another database once, however many sequences it has', () => {
  const records = [first({ database: 'd' }), ...['b', 'c', 'd'].map((chain) => first({ chain, database: 'e' }))];
  expect(unanchored(records)).toEqual([1]);
});

it('tells of the same one database however its first records come', () => {
  const [one, another] = [first({ database: 'd' }), first({ chain: 'b', database: 'd' })];
  expect(unanchored([another, one])).toEqual([]);
  expect(unanchored([first({ number: 2 }), another, one])).toEqual([]);
});
