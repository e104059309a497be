import { listDigest } from '#merkle/root-entry.js';
import { changesIn, type ListedShard, type ShardList } from '#merkle/shard-list.js';
import { portableNoteSigner } from '#merkle/sign-note.js';
import { FAMILY, familySigner, lists, signedList } from '../../test/audited-family.js';
import { auditLists, type EnteredDigest } from './audit-lists.js';

const [shard] = lists.first.shards as [ListedShard];
const [closed, next] = lists.last.shards as [ListedShard, ListedShard];
const third = { ...next, number: 2, key: portableNoteSigner(`${FAMILY}/2`, new Uint8Array(32).fill(8)).key, at: '2/' };
const listOf = (...shards: readonly ListedShard[]): ShardList => ({
  ...lists.first,
  version: changesIn({ shards }),
  shards,
});

/** The lists of a family that grew: of versions 1, 3 and 4. */
const grown = [listOf(shard), listOf(closed, next), listOf(closed, next, third)];

/** What is served in the place of a version. */
type Shown = Readonly<Record<number, string | undefined>>;

function entered(signed: readonly ShardList[]): EnteredDigest[] {
  return signed.map((list, at) => {
    const { family, version } = list;
    return { family, version, digest: Buffer.from(listDigest(signedList(list))), entry: 10 * at };
  });
}

/** Serves these lists, each by its version, or what is given in its place. */
function audit(
  signed: readonly ShardList[],
  shown: Shown = {},
  limit = 100,
  onProgress?: (read: number, of: number) => void,
) {
  const notes = new Map<number | undefined, string | undefined>(signed.map((list) => [list.version, signedList(list)]));
  for (const [version, note] of Object.entries<string | undefined>(shown)) notes.set(Number(version), note);
  const read: (number | undefined)[] = [];
  const readList = (version?: number) => {
    read.push(version);
    const note = notes.get(version);
    return Promise.resolve(note === undefined ? undefined : Buffer.from(note));
  };
  return auditLists(entered(signed), { readList }, { family: familySigner.key, limit, onProgress }).then((result) => ({
    ...result,
    read,
  }));
}

it('reads each version that the root log has, one after the other, and says how far it is', async () => {
  const told: string[] = [];
  const { findings, compared, left, read } = await audit(grown, {}, 100, (at, of) => told.push(`${at}/${of}`));
  expect({ findings, compared, left, read }).toEqual({ findings: [], compared: 3, left: 0, read: [1, 3, 4] });
  expect(told).toEqual(['1/3', '2/3', '3/3']);
});

it('names one that is not there, with its place in the root log', async () => {
  expect(await audit(grown, { 3: undefined })).toMatchObject({
    findings: [{ code: 'LIST_MISSING', path: 'lists/3', reason: 'the root log has its digest in entry 10' }],
    compared: 2,
  });
});

it('accuses nobody of what a version may have said that is not there', async () => {
  const later = listOf(closed, { ...next, closed: closed.closed! }, third);
  for (const missing of [1, 3]) {
    const { findings } = await audit([grown[0]!, grown[1]!, later], { [missing]: undefined });
    expect(findings.map(({ path }) => path)).toEqual([`lists/${missing}`]);
  }
});

it('names one that is another than the root log has, or that never ends', async () => {
  const other = signedList(listOf({ ...closed, partition: 4 }, next));
  for (const note of [other, `${signedList(grown[1]!)}\n`, 'x'.repeat(1_000_001)]) {
    const { findings } = await audit(grown, { 3: note });
    expect(findings).toEqual([{ code: 'LIST_DIFFERS', path: 'lists/3', reason: 'version 3' }]);
  }
});

it.each<[string, string]>([
  ['another signed', signedList(grown[1]!, portableNoteSigner(FAMILY, new Uint8Array(32).fill(9)))],
  ['is none', 'x'],
])('names one that %s, although the root log has it', async (_, note) => {
  const digests = entered(grown).map((one) => (one.version === 3 ? { ...one, digest: listDigest(note) } : one));
  const notes = new Map([[1, signedList(grown[0]!)], [3, note], [4, signedList(grown[2]!)]]); // prettier-ignore
  const readList = (version = 0) => Promise.resolve(Buffer.from(notes.get(version) ?? ''));
  const { findings, compared } = await auditLists(digests, { readList }, { family: familySigner.key, limit: 100 });
  expect(findings).toMatchObject([{ code: 'LIST_REFUTED', path: 'lists/3' }]);
  expect(compared).toBe(2);
});

describe('what the holder of the family’s key cannot do', () => {
  const later = (...shards: readonly ListedShard[]) => [grown[0]!, grown[1]!, listOf(...shards)];
  const fourth = {
    ...third,
    number: 3,
    key: portableNoteSigner(`${FAMILY}/3`, new Uint8Array(32).fill(8)).key,
    at: '3/',
  };
  const { closed: end, ...open } = closed;

  it.each<[string, readonly ShardList[], number, number, string]>([
    ['reopen a shard', later(open, next, third, fourth), 4, 5, 'shard 0 was closed and is open'],
    [
      'end a shard elsewhere',
      later({ ...closed, closed: { ...end!, size: 6 } }, next, third),
      4,
      5,
      'shard 0 has another end',
    ],
    [
      'open a shard at another time',
      later(closed, { ...next, opened: shard.opened }, third),
      4,
      6,
      'shard 1 has another time of opening',
    ],
    [
      'give a shard another partition',
      later(closed, { ...next, partition: 1 }, third),
      4,
      6,
      'shard 1 has another partition',
    ],
    [
      'give a shard another key',
      later(closed, { ...next, key: portableNoteSigner(next.key.name, new Uint8Array(32)).key }, third),
      4,
      6,
      'shard 1 has another key',
    ],
    ['drop a shard', later(closed, third, fourth), 4, 6, 'shard 2 in the place of shard 1'],
    ['count otherwise', [grown[0]!, { ...grown[1]!, version: 9 }], 9, 3, 'version 9 where 3 changes are listed'],
    ['begin with what is closed', [listOf(closed)], 2, 5, 'shard 0 is closed where it is first named'],
  ])('%s', async (_, signed, version, line, reason) => {
    expect((await audit(signed)).findings).toEqual([{ code: 'LIST_UNLAWFUL', path: `lists/${version}`, line, reason }]);
  });

  it('hide a change behind a version that is not served: those around it are held against each other', async () => {
    const signed = [grown[0]!, grown[1]!, listOf(open, next, third, fourth)];
    const { findings } = await audit(signed, { 3: undefined });
    expect(findings.map(({ code }) => code)).toEqual(['LIST_MISSING']);
    const { findings: found } = await audit([...signed, listOf(closed, { ...next, partition: 1 }, third, fourth)], {
      4: undefined,
    });
    expect(found.map(({ code }) => code)).toEqual(['LIST_MISSING', 'LIST_UNLAWFUL']);
  });

  it('show a list of one version under the digest of another', async () => {
    const [first, second] = grown;
    const digest = listDigest(signedList(second!));
    const digests = entered([first!]).concat({ family: FAMILY, version: 2, digest, entry: 5 });
    const readList = (version = 0) => Promise.resolve(Buffer.from(signedList(version === 1 ? first! : second!)));
    const { findings } = await auditLists(digests, { readList }, { family: familySigner.key, limit: 100 });
    const reason = 'version 3 where the root log has version 2';
    expect(findings).toEqual([{ code: 'LIST_UNLAWFUL', path: 'lists/2', line: 3, reason }]);
  });
});

it('gives up after so many findings, and says how many versions are left', async () => {
  const { findings, left, compared, read } = await audit(grown, { 1: undefined, 3: undefined }, 2);
  expect({ count: findings.length, left, compared, read }).toEqual({ count: 2, left: 1, compared: 0, read: [1, 3] });
});
