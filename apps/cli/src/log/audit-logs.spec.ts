import {
  checkpointOf,
  entriesOf,
  entryOf,
  LOG_ORIGIN,
  LOG_VKEY,
  signedLogFiles,
} from '../../../../libs/client/test/audited-log.js';
import { problem } from '../../../../libs/client/test/http-peer.js';
import { flip } from '../../../../libs/merkle/test/log-files.js';
import { entries, files, placeWith, trust } from '../../test/audited-place.js';
import { workplaceWith } from '../../test/command.js';

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
