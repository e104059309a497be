import { existsSync, readFileSync } from 'node:fs';
import {
  checkpointOf,
  entriesOf,
  entryOf,
  LOG_ORIGIN,
  LOG_VKEY,
  signedLogFiles,
  writeLog,
} from '../../../../libs/client/test/audited-log.js';
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
import { trustFileOfTests } from '../../../../libs/client/test/evidence.js';
import { problem } from '../../../../libs/client/test/http-peer.js';
import { flip } from '../../../../libs/merkle/test/log-files.js';
import { cosign } from '#merkle/cosignature.js';
import { formatVkey, NOTE_ALGORITHM, noteKey } from '#merkle/note-key.js';
import { portableNoteSigner } from '#merkle/sign-note.js';
import { formatNote, parseNote } from '#merkle/signed-note.js';
import { Workplace, workplaceWith } from '../../test/command.js';

const entries = entriesOf(300);
const files = signedLogFiles(entries);
const trust = { ...trustFileOfTests, logs: [{ origin: LOG_ORIGIN, vkey: LOG_VKEY }] };

function placeWith(content: ReadonlyMap<string, Uint8Array> = files): Workplace {
  const place = new Workplace();
  place.write('home/trust.json', trust);
  writeLog(place.path('tiles/log/0'), content);
  return place;
}

describe('auditing logs in a folder', () => {
  it('says that all was checked', async () => {
    using place = placeWith();
    for (const folder of ['tiles/log/0', 'tiles']) {
      const { exitCode, out, err } = await place.run(['log', 'audit', folder]);
      expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
      expect(out).toMatch(/✓ ledger\.test\/log\/0: 300 entries, every leaf, node and signature checked/);
    }
  });

  it('names the exact place of damage, in both languages, and leaves with 1', async () => {
    using place = placeWith(new Map([...files, ['tile/0/000', flip(100)(files.get('tile/0/000')!)]]));
    const english = await place.run(['log', 'audit', 'tiles']);
    expect(english.exitCode).toBe(1);
    expect(english.out).toContain('✗ tile/0/000: byte 96: not the hash that the log signed');
    const chinese = await place.run(['log', 'audit', 'tiles', '--lang', 'zh']);
    expect(chinese.out).toContain('✗ tile/0/000：第 96 字节：并非日志所签署的散列');
  });

  it('tells an entry by its number, and an event that is there twice by both', async () => {
    using place = placeWith(signedLogFiles(entries.with(299, entryOf(4))));
    const { out } = await place.run(['log', 'audit', 'tiles']);
    expect(out).toContain('tile/entries/001.p/44: entry 299, first at entry 4: the event is in the log a second time');
  });

  it('gives scripts every finding by its code', async () => {
    using place = placeWith(new Map([...files].filter(([path]) => path !== 'tile/entries/000')));
    const { exitCode, out } = await place.run(['log', 'audit', 'tiles', '--json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      logs: [
        {
          ...{ ok: false, origin: LOG_ORIGIN, size: 300, cosignatures: [], unknownTypes: {}, more: 0 },
          findings: [{ code: 'TILE_MISSING', path: 'tile/entries/000' }],
        },
      ],
    });
  });

  it('holds the log against checkpoints that others kept', async () => {
    using place = placeWith();
    place.write('yesterday', checkpointOf(entries.slice(0, 200)));
    place.write('other', checkpointOf(entries.with(5, entryOf(999))));
    place.write('tomorrow', checkpointOf(entriesOf(301)));
    const past = await place.run(['log', 'audit', 'tiles', '--seen', 'yesterday']);
    expect(past.exitCode).toBe(0);
    expect(past.out).toContain('1 checkpoints that others kept are its past');
    const { exitCode, out } = await place.run(['log', 'audit', 'tiles', '--seen', 'other', 'tomorrow']);
    expect(exitCode).toBe(1);
    expect(out).toContain('other: size 300: the log signed another history');
    expect(out).toContain('tomorrow: size 301: the log was larger once');
  });

  it('says what it does not know: types to come, and events too many to remember', async () => {
    const later = Buffer.from(Buffer.from(entryOf(300)).toString().replace('failed.v1', 'failed.v7'));
    using place = placeWith(signedLogFiles([...entries, later]));
    const { exitCode, out } = await place.run(['log', 'audit', 'tiles', '--remember', '10']);
    expect(exitCode).toBe(0);
    expect(out).toContain('1 entries of the type access.failed.v7, which is not known here');
    expect(out).toContain('See --remember');
  });

  it('takes a key in place of a trust file, and needs one of them', async () => {
    using place = placeWith();
    place.remove('home/trust.json');
    expect((await place.run(['log', 'audit', 'tiles', '--vkey', LOG_VKEY])).exitCode).toBe(0);
    expect((await place.run(['log', 'audit', 'tiles', '--vkey', 'x'])).exitCode).toBe(2);
    expect((await place.run(['log', 'audit', 'tiles'])).err).toContain('--vkey');
  });

  describe('with cosignatures', () => {
    const { key, sign } = portableNoteSigner('witness.test/a', new Uint8Array(32).fill(3));
    const witness = { key: noteKey(key.name, NOTE_ALGORITHM.cosignature, key.publicKey), sign };
    const named = { name: key.name, keys: [{ vkey: formatVkey(witness.key) }] };
    const { text, signatures } = parseNote(checkpointOf(entries));
    const note = formatNote({ text, signatures: [...signatures, cosign(text, 1_795_000_000, witness)] });
    const cosigned = new Map([...files, ['checkpoint', Buffer.from(note)]]);
    const byKey = ['log', 'audit', 'tiles', '--vkey', LOG_VKEY] as const;
    const askedIn = (out: string) => (JSON.parse(out) as { logs: { asked: unknown }[] }).logs[0]?.asked;

    it('says in each language and to scripts that it asked for none', async () => {
      using place = placeWith(cosigned);
      for (const args of [byKey, ['log', 'audit', 'tiles']]) {
        const { exitCode, out } = await place.run([...args]);
        expect(exitCode).toBe(0);
        expect(out).toContain('no cosignatures were asked for: nothing says whether others saw the same log');
        expect((await place.run([...args, '--lang', 'zh'])).out).toContain('未要求任何联署');
        expect(askedIn((await place.run([...args, '--json'])).out)).toEqual({ needed: 0 });
      }
    });

    it('asks for those of a policy, which may be the one that the ledger has', async () => {
      using place = placeWith(cosigned);
      place.write('policy.yaml', { quorum: 1, witnesses: [{ ...named, url: 'http://witness.test' }] });
      const met = await place.run([...byKey, '--policy', 'policy.yaml']);
      expect(met.exitCode).toBe(0);
      expect(met.out).toContain('cosigned by witness.test/a at ');
      expect(met.out).toContain('1 cosignatures were asked for');
      writeLog(place.path('tiles/log/0'), files);
      const { exitCode, out } = await place.run([...byKey, '--policy', 'policy.yaml', '--json']);
      expect(exitCode).toBe(1);
      expect(askedIn(out)).toEqual({ needed: 1 });
      expect(JSON.parse(out)).toMatchObject({ logs: [{ findings: [{ code: 'TOO_FEW_WITNESSES' }] }] });
    });

    it('says where a trust file asks for none because the log had no witnesses then', async () => {
      using place = placeWith();
      const logs = [{ ...trust.logs[0]!, witnessedFrom: 301 }];
      place.write('home/trust.json', { ...trust, logs, witnesses: [named], quorum: 1 });
      const { exitCode, out } = await place.run(['log', 'audit', 'tiles']);
      expect(exitCode).toBe(0);
      expect(out).toContain(
        'no cosignatures were asked for: the checkpoint is from before the log had witnesses, which was at size 301',
      );
    });

    it.each<[string, object, string[]]>([
      ['a quorum that cannot be met', { quorum: 2, witnesses: [named] }, [...byKey]],
      ['no quorum', { witnesses: [named] }, [...byKey]],
      ['a trust file beside it', { quorum: 1, witnesses: [named] }, ['log', 'audit', 'tiles']],
    ])('refuses a policy with %s', async (_, policy, args) => {
      using place = placeWith(cosigned);
      place.write('policy.yaml', policy);
      expect((await place.run([...args, '--policy', 'policy.yaml'])).exitCode).toBe(2);
    });
  });

  it('of which nobody vouches for one, or that is none', async () => {
    using place = placeWith();
    place.write('home/trust.json', { ...trust, logs: [] });
    const { exitCode, out } = await place.run(['log', 'audit', 'tiles']);
    expect(exitCode).toBe(1);
    expect(out).toContain('nobody that is trusted vouches for a log of this name (ledger.test/log/0)');
    place.write('empty/file', '');
    for (const folder of ['empty', 'nowhere']) {
      expect((await place.run(['log', 'audit', folder])).exitCode).toBe(2);
    }
  });
});

describe('auditing a family of logs', () => {
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
});

describe('auditing logs over HTTP', () => {
  const served = (target: string) => {
    const bytes = files.get(target.replace('/log/0/', ''));
    return bytes === undefined ? problem(404, 'NOT_FOUND') : { body: bytes };
  };
  const shard = { shard: 0, origin: LOG_ORIGIN, vkey: LOG_VKEY, size: 300, checkpoint: '', prefix: '/log/0/' };
  const answer = ({ target }: { target: string }) =>
    target === '/v1/shards' ? { body: { shards: [shard] } } : served(target);

  it('reads a log by its prefix, and those of a ledger by its address', async () => {
    await using set = await workplaceWith(answer);
    set.place.write('home/trust.json', trust);
    const { exitCode } = await set.place.run(['log', 'audit', '--json']);
    expect(exitCode).toBe(0);
    const targets = new Set(set.peer.received.map(({ target }) => target));
    expect(targets).toContain('/log/0/tile/entries/001.p/44');
    expect(targets).toContain('/log/0/tile/0/000');
    expect((await set.place.run(['log', 'audit', `${set.peer.url}/log/0`])).exitCode).toBe(0);
  });

  it('holds a log against what a witness shows', async () => {
    await using set = await workplaceWith(({ target }) =>
      target === '/witness/last' ? { body: checkpointOf(entries.slice(0, 100)) } : answer({ target }),
    );
    set.place.write('home/trust.json', trust);
    const { exitCode, out } = await set.place.run(['log', 'audit', '--seen', `${set.peer.url}/witness/last`]);
    expect(exitCode).toBe(0);
    expect(out).toContain('1 checkpoints that others kept');
  });

  it('that nobody serves leaves with 3', async () => {
    using place = placeWith();
    const { exitCode } = await place.run(['log', 'audit', 'http://127.0.0.1:1']);
    expect(exitCode).toBe(3);
  });
});
