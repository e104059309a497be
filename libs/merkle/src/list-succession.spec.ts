import fc from 'fast-check';
import { portableNoteSigner } from './sign-note.js';
import { refuseRewriting, refuseSuccession } from './list-succession.js';
import { changesIn, formatShardList, type ListedShard, type ShardList } from './shard-list.js';

const FAMILY = 'ledger.test/log';
const keyOf = (name: string, seed = 7) => portableNoteSigner(name, new Uint8Array(32).fill(seed)).key;
const keys = Array.from({ length: 16 }, (_, number) => keyOf(`${FAMILY}/${number}`));
const others = keys.map(({ name }) => keyOf(name, 8));
const rootKey = keyOf(`${FAMILY}/root`);
const [opened, ended] = ['2026-01-01T00:00:00.000Z', '2026-06-01T12:00:00.000Z'];

function aShard(number: number, more: Partial<ListedShard> = {}): ListedShard {
  return { number, partition: 0, key: keys[number]!, at: `${number}/`, opened, ...more };
}
const end = (size = 5) => ({ time: ended, size, root: new Uint8Array(32).fill(size) });
const aClosed = (number: number, size?: number) => aShard(number, { closed: end(size) });

function listOf(shards: readonly ListedShard[], more: Partial<ShardList> = {}): ShardList {
  const root = { key: rootKey, at: 'root/' };
  return { family: FAMILY, version: changesIn({ shards }), root, shards, ...more };
}

describe('a list may', () => {
  it.each<[string, ShardList | undefined, ShardList]>([
    ['begin with open shards', undefined, listOf([aShard(0), aShard(1)])],
    ['begin with none', undefined, listOf([], { version: 1 })],
    ['add an open shard', listOf([aShard(0)]), listOf([aShard(0), aShard(1)])],
    ['close an open one', listOf([aShard(0), aShard(1)]), listOf([aClosed(0), aShard(1)])],
    ['do both, several times', listOf([aShard(0), aShard(1)]), listOf([aClosed(0), aClosed(1), aShard(2), aShard(3)])],
    ['keep what is closed', listOf([aClosed(0), aShard(1)]), listOf([aClosed(0), aClosed(1), aShard(2)])],
  ])('%s', (name, before, after) => {
    const refused =
      name === 'begin with none' ? { line: 3, reason: 'version 1 where 0 changes are listed' } : undefined;
    expect(refuseSuccession(before, after)).toEqual(refused);
  });
});

describe('a list may not', () => {
  const before = listOf([aClosed(0), aShard(1), aShard(2)]);
  const shards = [aClosed(0), aShard(1), aShard(2), aShard(3)] as const;
  const after = listOf(shards);
  const [first, second, third, fourth] = shards;

  it.each<[string, ShardList, number, string]>([
    [
      'be of another family',
      { ...after, family: 'ledger.test/other' },
      2,
      'ledger.test/other in place of ledger.test/log',
    ],
    ['count what it does not say', { ...after, version: 9 }, 3, 'version 9 where 5 changes are listed'],
    ['change nothing', before, 3, 'version 4 after version 4'],
    ['go back', listOf([aClosed(0), aShard(1)]), 3, 'version 3 after version 4'],
    ['move the root log', { ...after, root: { ...after.root, at: 'other/' } }, 4, 'another root log'],
    [
      'give the root log another key',
      { ...after, root: { ...after.root, key: keyOf(`${FAMILY}/root`, 8) } },
      4,
      'another root log',
    ],
    ['reopen a shard', listOf([aShard(0), second, third, fourth, aShard(4)]), 5, 'shard 0 was closed and is open'],
    ['end a shard elsewhere', listOf([aClosed(0, 6), second, third, fourth]), 5, 'shard 0 has another end'],
    [
      'end a shard at another time',
      listOf([aShard(0, { closed: { ...end(), time: opened } }), second, third, fourth]),
      5,
      'shard 0 has another end',
    ],
    [
      'give a shard another partition',
      listOf([first, aShard(1, { partition: 1 }), third, fourth]),
      6,
      'shard 1 has another partition',
    ],
    [
      'give a shard another key',
      listOf([first, aShard(1, { key: others[1]! }), third, fourth]),
      6,
      'shard 1 has another key',
    ],
    [
      'give a shard another name',
      listOf([first, aShard(1, { key: keyOf(`${FAMILY}/other`) }), third, fourth]),
      6,
      'shard 1 has another key',
    ],
    [
      'end a shard with another root',
      listOf([aShard(0, { closed: { ...end(), root: new Uint8Array(32) } }), second, third, fourth]),
      5,
      'shard 0 has another end',
    ],
    ['move a shard', listOf([first, aShard(1, { at: '01/' }), third, fourth]), 6, 'shard 1 has another place'],
    [
      'open a shard at another time',
      listOf([first, aShard(1, { opened: ended }), third, fourth]),
      6,
      'shard 1 has another time of opening',
    ],
    [
      'change a shard that it closes',
      listOf([first, aShard(1, { partition: 1, closed: end() }), third, fourth]),
      6,
      'shard 1 has another partition',
    ],
    [
      'drop a shard in the middle',
      listOf([first, third, fourth, aShard(4), aShard(5)]),
      6,
      'shard 2 in the place of shard 1',
    ],
    [
      'drop the last shard',
      listOf([aClosed(0), aClosed(1), aClosed(2)].slice(0, 2), { version: 4 }),
      3,
      'version 4 after version 4',
    ],
    ['drop a shard and close others', listOf([aClosed(0), aClosed(1)], { version: 4 }), 3, 'version 4 after version 4'],
    ['skip a number', listOf([first, second, third, aShard(4)]), 8, 'shard 4 where shard 3 is the next'],
    [
      'name a shard first when it is closed',
      listOf([first, second, third, aClosed(3)]),
      8,
      'shard 3 is closed where it is first named',
    ],
  ])('%s', (_, changed, line, reason) => {
    formatShardList({ ...changed, family: FAMILY });
    expect(refuseSuccession(before, changed)).toEqual({ line, reason });
  });

  it('drop a shard, however many others it closes', () => {
    const open = listOf([aShard(0), aShard(1), aShard(2)]);
    const dropped = listOf([aClosed(0), aClosed(1)]);
    expect(refuseSuccession(open, dropped)).toEqual({ line: 7, reason: 'shard 2 is not listed any more' });
  });

  it('begin with a shard that is closed, or with another number than 0', () => {
    expect(refuseSuccession(undefined, listOf([aClosed(0)]))?.line).toBe(5);
    expect(refuseSuccession(undefined, listOf([aShard(1)]))).toEqual({
      line: 5,
      reason: 'shard 1 where shard 0 is the next',
    });
  });
});

describe('where lists in between are not known', () => {
  const before = listOf([aShard(0)]);

  it('a shard may have been added and closed', () => {
    expect(refuseRewriting(before, listOf([aClosed(0), aClosed(1)]))).toBeUndefined();
    expect(refuseRewriting(undefined, listOf([aClosed(0)]))).toBeUndefined();
  });

  it('what was said before stands all the same, and changes are counted', () => {
    expect(refuseRewriting(before, listOf([aShard(0, { partition: 1 }), aClosed(1)]))?.line).toBe(5);
    expect(refuseRewriting(undefined, listOf([aClosed(0)], { version: 7 }))?.line).toBe(3);
  });
});

/** What is lawful, told of the texts alone: every line stays, but that one may be closed, and what is new is open. */
function isLawful(before: ShardList, after: ShardList): boolean {
  const linesOf = (list: ShardList) => formatShardList(list).split('\n').slice(0, -1);
  const [old, now] = [linesOf(before), linesOf(after)];
  const closed = now.filter((line) => line.includes(' closed ')).length;
  const isKept = (line: string, at: number) =>
    at === 2 || now[at] === line || (line.endsWith(' open') && now[at]?.startsWith(line.replace(/open$/, 'closed ')));
  const isNext = (line: string, at: number) => line.startsWith(`${old.length - 4 + at} `) && line.endsWith(' open');
  const isCounted = now[2] === String(now.length - 4 + closed) && Number(now[2]) > Number(old[2]);
  return isCounted && old.every(isKept) && now.slice(old.length).every(isNext);
}

describe('of any two lists', () => {
  /** Few values each, so that lists are often alike but for one word. */
  const shard = (number: number) =>
    fc
      .record({
        partition: fc.constantFrom(0, 0, 0, 1),
        key: fc.constantFrom(keys[number]!, keys[number]!, keys[number]!, others[number]!),
        at: fc.constantFrom(`${number}/`, `${number}/`, `${number}/`, 'other/'),
        opened: fc.constantFrom(opened, opened, opened, ended),
        closed: fc.option(fc.integer({ min: 4, max: 5 }).map(end), { nil: undefined }),
      })
      .map(({ closed, ...rest }): ListedShard => ({ number, ...rest, ...(closed === undefined ? {} : { closed }) }));
  const list = fc
    .tuple(shard(0), shard(1), shard(2), shard(3), fc.integer({ min: 1, max: 4 }))
    .map(([a, b, c, d, count]) => {
      return listOf([a, b, c, d].slice(0, count));
    });

  it('one is refused unless all that it changes is lawful', () => {
    fc.assert(
      fc.property(list, list, (before, after) => {
        expect(refuseSuccession(before, after) === undefined).toBe(isLawful(before, after));
      }),
      { numRuns: 500 },
    );
  });

  /** A step that is lawful, and any word of its text that the list before has already. */
  const step = fc
    .record({
      states: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
      closes: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
      opens: fc.nat(3),
    })
    .map(({ states, closes, opens }) => {
      const before = states.map((isClosed, number) => (isClosed ? aClosed(number) : aShard(number)));
      const kept = before.map((one, at) => (closes[at] === true ? aClosed(at) : one));
      const added = Array.from({ length: opens }, (_, at) => aShard(before.length + at));
      return { before: listOf(before), after: listOf([...kept, ...added]) };
    })
    .filter(({ before, after }) => after.version > before.version);

  it('a lawful one is taken, and refused by its line where anything that was said before is said otherwise', () => {
    const changes: readonly ((one: ListedShard) => ListedShard | undefined)[] = [
      (one) => ({ ...one, partition: 9 }),
      (one) => ({ ...one, key: others[one.number]! }),
      (one) => ({ ...one, at: 'other/' }),
      (one) => ({ ...one, opened: ended }),
      ({ number, partition, key, at, opened: when }) => ({ number, partition, key, at, opened: when }),
      (one) => ({ ...one, closed: end(4) }),
      () => undefined,
    ];
    fc.assert(
      fc.property(step, fc.constantFrom(...changes), fc.nat(4), ({ before, after }, change, seed) => {
        expect(refuseSuccession(before, after)).toBeUndefined();
        const at = seed % before.shards.length;
        const changed = after.shards.flatMap((one, index) => (index === at ? (change(one) ?? []) : one));
        const list = listOf(changed);
        fc.pre(list.version > 0 && !isLawful(before, list));
        expect(refuseSuccession(before, list)?.line).toBeGreaterThanOrEqual(3);
        if (list.version > before.version && changed.length === after.shards.length) {
          expect(refuseSuccession(before, list)?.line).toBe(5 + at);
        }
      }),
      { numRuns: 300 },
    );
  });
});
