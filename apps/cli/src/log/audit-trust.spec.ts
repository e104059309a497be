import { checkpointOf, LOG_VKEY, writeLog } from '../../../../libs/client/test/audited-log.js';
import { cosign } from '#merkle/cosignature.js';
import { formatVkey, NOTE_ALGORITHM, noteKey } from '#merkle/note-key.js';
import { portableNoteSigner } from '#merkle/sign-note.js';
import { formatNote, parseNote } from '#merkle/signed-note.js';
import { entries, files, placeWith, trust } from '../../test/audited-place.js';

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
