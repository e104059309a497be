import { existsSync, readFileSync } from 'node:fs';
import { writeLog } from '../../../../libs/client/test/audited-log.js';
import {
  FAMILY,
  ROOT,
  digestOf,
  familySigner,
  lists,
  rootSigner,
  shardSigners,
  signedList,
  writeFamily,
} from '../../../../libs/client/test/audited-family.js';
import { problem } from '../../../../libs/client/test/http-peer.js';
import { formatVkey } from '#merkle/note-key.js';
import { files, trust } from '../../test/audited-place.js';
import { Workplace, workplaceWith } from '../../test/command.js';

const family = { origin: FAMILY, vkey: formatVkey(familySigner.key) };
const logs = shardSigners.map(({ key }) => ({ origin: key.name, vkey: formatVkey(key) }));
const familyTrust = { ...trust, logs, families: [family] };

function placeOf(trusted: object, files = {}): Workplace {
  const place = new Workplace();
  place.write('home/trust.json', trusted);
  place.write('tiles/log/file', '');
  writeFamily(place.path('tiles/log'), files);
  return place;
}

it('finds all of them from the list, and says what that names', async () => {
  using place = placeOf(familyTrust);
  for (const folder of ['tiles', 'tiles/log']) {
    const { exitCode, out, err } = await place.run(['log', 'audit', folder]);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    for (const { key } of [rootSigner, ...shardSigners]) expect(out).toContain(`✓ ${key.name}: `);
    expect(out).toContain(
      `✓ ${FAMILY}: version 3 of the list names 2 shards, 1 of them closed, all as the root log has`,
    );
  }
  const { exitCode, out } = await place.run(['log', 'audit', 'tiles', '--vkey', family.vkey, '--json']);
  expect(exitCode).toBe(0);
  const states = [logs[0], logs[1]].map((log, at) => ({ origin: log!.origin, state: at === 0 ? 'closed' : 'open' }));
  expect(JSON.parse(out)).toMatchObject({ ok: true, families: [{ origin: FAMILY, version: 3, shards: states }] });
});

it('takes what is shown of an old list, or of none, for what it is', async () => {
  using place = placeOf(familyTrust, { list: signedList(lists.first) });
  const { exitCode, out } = await place.run(['log', 'audit', 'tiles']);
  expect(exitCode).toBe(1);
  expect(out).toContain('shards: the list of shards is an old one: the root log knows of a newer');
  expect((await place.run(['log', 'audit', 'tiles', '--lang', 'zh'])).out).toContain('分片列表是旧的');
  place.remove('tiles/log/shards');
  const none = await place.run(['log', 'audit', 'tiles']);
  expect(none.exitCode).toBe(1);
  expect(none.out).toContain('there is no such list of shards');
  // One log that is named is looked at alone.
  expect((await place.run(['log', 'audit', 'tiles/log/0'])).exitCode).toBe(0);
});

it('names the version of the list that rewrites another, and one that is not shown', async () => {
  const [old, next] = lists.last.shards;
  const rewritten = { ...lists.last, shards: [{ ...old!, partition: 2 }, next!] };
  const root = ROOT.with(3, digestOf(rewritten));
  const versions = new Map([lists.first, rewritten].map((list) => [list.version, signedList(list)]));
  using place = placeOf(familyTrust, { list: signedList(rewritten), root, versions });
  const { exitCode, out } = await place.run(['log', 'audit', 'tiles']);
  expect(exitCode).toBe(1);
  expect(out).toContain('lists/3: line 5: this version of the list rewrites what the one before it said');
  expect(out).toContain('(shard 0 has another partition)');
  expect((await place.run(['log', 'audit', 'tiles', '--lang', 'zh'])).out).toContain(
    'lists/3：第 5 行：列表的此版本改写了',
  );
  place.remove('tiles/log/lists/1');
  const json = await place.run(['log', 'audit', 'tiles', '--json']);
  expect(JSON.parse(json.out)).toMatchObject({
    ok: false,
    families: [
      {
        findings: [{ code: 'LIST_MISSING', path: 'lists/1' }],
        versions: { compared: 1, left: 0 },
      },
    ],
  });
});

it('names a log that lies there and is not in the list', async () => {
  using place = placeOf(familyTrust);
  writeLog(place.path('tiles/log/9'), files);
  const { exitCode, out } = await place.run(['log', 'audit', 'tiles']);
  expect(exitCode).toBe(1);
  expect(out).toContain('9/: the list of shards hides this log');
});

it('looks at each shard alone where only single logs are trusted, as before there were lists', async () => {
  using place = placeOf({ ...trust, logs });
  const { exitCode, out } = await place.run(['log', 'audit', 'tiles', '--json']);
  expect(exitCode).toBe(0);
  const { logs: audited, families } = JSON.parse(out) as { logs: { origin: string }[]; families: unknown[] };
  expect(audited.map(({ origin }) => origin)).toEqual(logs.map(({ origin }) => origin));
  expect(families).toEqual([]);
});

it('finds them at a ledger by its address, and at the address of the list', async () => {
  using place = placeOf(familyTrust);
  const shown = { ...family, list: '/log/shards' };
  await using set = await workplaceWith(({ target }) => {
    if (target === '/v1/shards') return { body: { shards: [], family: shown } };
    const path = place.path(`tiles${target}`);
    return existsSync(path) ? { body: readFileSync(path) } : problem(404, 'NOT_FOUND');
  });
  set.place.write('home/trust.json', familyTrust);
  for (const url of [set.peer.url, `${set.peer.url}/log/`]) {
    const { exitCode, out } = await set.place.run(['log', 'audit', url]);
    expect(exitCode).toBe(0);
    expect(out).toContain('version 3 of the list names 2 shards');
  }
});
