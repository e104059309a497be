import { codeOf } from '../test/thrown.js';
import { portableNoteSigner, signNote } from './sign-note.js';
import { formatShardList, openShardList, parseShardList, type ShardList } from './shard-list.js';

const FAMILY = 'ledger.test/log';
const signerOf = (name: string, seed: number) => portableNoteSigner(name, new Uint8Array(32).fill(seed));
const keyOf = (name: string, seed = 7) => signerOf(`${FAMILY}/${name}`, seed).key;
const family = signerOf(FAMILY, 1);

const list: ShardList = {
  ...{ family: FAMILY, version: 5, root: { key: keyOf('root'), at: 'root/' } },
  shards: [
    {
      ...{ number: 0, partition: 0, key: keyOf('0'), at: '0/', opened: '2026-01-01T00:00:00.000Z' },
      closed: { time: '2026-06-01T12:00:00.000Z', size: 4711, root: new Uint8Array(32).fill(3) },
    },
    { number: 1, partition: 1, key: keyOf('1'), at: '1/', opened: '2026-01-01T00:00:00.000Z' },
    { number: 2, partition: 0, key: keyOf('2'), at: 'https://logs.test/2/', opened: '2026-06-01T12:00:00.000Z' },
  ],
};
const text = formatShardList(list);

it('writes header, family, version, root log and a line for each shard, and reads the same', () => {
  const [header, origin, version, root, first, second] = text.split('\n');
  expect([header, origin, version]).toEqual(['sluice shard list v1', FAMILY, '5']);
  expect(root).toMatch(/^ledger\.test\/log\/root\+[0-9a-f]{8}\+\S+ root\/$/);
  expect(first).toMatch(/^0 0 \S+ 0\/ 2026-01-01T00:00:00\.000Z closed 2026-06-01T12:00:00\.000Z 4711 AwMD/);
  expect(second).toMatch(/^1 1 \S+ 1\/ 2026-01-01T00:00:00\.000Z open$/);
  expect(parseShardList(text)).toEqual(list);
});

it('opens what the family signed, and nothing else', () => {
  const note = signNote(text, [family]);
  expect(openShardList(note, family.key)).toEqual(list);
  expect(codeOf(() => openShardList(note, signerOf(FAMILY, 2).key))).toBe('SIGNATURE_MISSING');
  const changed = note.replace(' 4711 ', ' 4712 ');
  expect(codeOf(() => openShardList(changed, family.key))).toBe('SIGNATURE_REFUTED');
});

it('refuses a list of another family, whoever signed it', () => {
  const other = signerOf('ledger.test', 1);
  const note = signNote(text, [other]);
  expect(codeOf(() => openShardList(note, other.key))).toBe('ORIGIN_MISMATCH');
});

it.each<[string, (text: string) => string]>([
  ['another header', (one) => one.replace('v1', 'v2')],
  ['a checkpoint', () => `${FAMILY}\n5\nAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=\n`],
  ['version 0', (one) => one.replace('\n5\n', '\n0\n')],
  ['a version with a leading zero', (one) => one.replace('\n5\n', '\n05\n')],
  ['no newline at the end', (one) => one.slice(0, -1)],
  ['an empty line', (one) => `${one}\n`],
  ['a log of another family', (one) => one.replace(`\n${FAMILY}\n`, '\nledger.test/other\n')],
  ['a key that is none', (one) => one.replace(/\+[0-9a-f]{8}\+/, '+00000000+')],
  ['a word too many', (one) => one.replace(' open\n', ' open 1\n')],
  ['a state that there is not', (one) => one.replace(' open\n', ' frozen\n')],
  ['a closed shard without its end', (one) => one.replace(/ closed \S+ \d+ \S+/, ' closed')],
  ['a root of another length', (one) => one.replace(/ 4711 \S+/, ' 4711 AwM=')],
  ['a place above the list', (one) => one.replace(' 1/ ', ' ../1/ ')],
  ['an absolute path', (one) => one.replace(' 1/ ', ' /1/ ')],
  ['a file in the place of a folder', (one) => one.replace(' 1/ ', ' 1 ')],
  ['a day that is none', (one) => one.replace('closed 2026-06', 'closed 2026-13')],
  ['a time without its zone', (one) => one.replaceAll('2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000')],
  ['shards in another order', (one) => swapped(one)],
  ['a shard twice', (one) => one.replace(/\n1 1 .*\n/, (line) => line + line.slice(1))],
])('refuses %s', (_, change) => {
  const changed = change(text);
  expect(changed).not.toBe(text);
  expect(codeOf(() => parseShardList(changed))).toMatch(/^INVALID_(SHARD_LIST|KEY)$/);
});

function swapped(one: string): string {
  const lines = one.split('\n');
  [lines[4], lines[5]] = [lines[5]!, lines[4]!];
  return lines.join('\n');
}
