import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cosign } from '#merkle/cosignature.js';
import { NOTE_ALGORITHM, formatVkey, noteKey } from '#merkle/note-key.js';
import { portableNoteSigner } from '#merkle/sign-note.js';
import { formatNote, parseNote } from '#merkle/signed-note.js';
import { readWitnessPolicy } from '#merkle/witness-policy.js';
import { flip } from '../../../merkle/test/log-files.js';
import {
  checkpointOf,
  entriesOf,
  entryOf,
  idOf,
  logSigner,
  LOG_ORIGIN,
  signedLogFiles,
  writeLog,
} from '../../test/audited-log.js';
import { auditLog, type LogAuditOptions } from './audit-log.js';
import { FolderLog } from './folder-log.js';

const entries = entriesOf(600);
const files = signedLogFiles(entries);

class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'sluice-audit-'));

  constructor(content: ReadonlyMap<string, Uint8Array> = files) {
    writeLog(this.path, content);
  }

  change(path: string, change: (bytes: Uint8Array) => Uint8Array): this {
    writeFileSync(join(this.path, path), change(files.get(path) ?? new Uint8Array(0)));
    return this;
  }

  audit(options: Partial<LogAuditOptions> = {}) {
    const trustIn = (origin: string) => (origin === LOG_ORIGIN ? { log: logSigner.key } : undefined);
    return auditLog(new FolderLog(this.path), { trustIn, remembered: 10_000, seed: 7, ...options });
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}

describe('auditing a folder', () => {
  it('finds nothing wrong with a log that is whole, and says how far it is', async () => {
    using folder = new Folder();
    const progress: [number, number][] = [];
    const audit = await folder.audit({ onProgress: (...at) => progress.push(at) });
    expect(audit).toMatchObject({ ok: true, findings: [], more: 0, idsForgotten: false, confirmed: 0 });
    expect(audit.checkpoint).toMatchObject({ origin: LOG_ORIGIN, size: 600, cosignatures: [] });
    expect(progress).toEqual([
      [256, 600],
      [512, 600],
      [600, 600],
    ]);
  });

  it('names the entry that was altered', async () => {
    using folder = new Folder().change('tile/entries/001', flip(40));
    const { ok, findings } = await folder.audit();
    expect(ok).toBe(false);
    expect(findings[0]).toMatchObject({ code: 'ENTRY_ALTERED', path: 'tile/entries/001', entry: 256, byte: 0 });
  });

  it.each<[string, (bytes: Uint8Array) => Uint8Array, string]>([
    ['a flipped bit in the root', flip(Buffer.from(files.get('checkpoint')!).indexOf('\n') + 6), 'CHECKPOINT_REFUTED'],
    ['a flipped bit in the signature', flip(files.get('checkpoint')!.length - 20), 'CHECKPOINT_REFUTED'],
    ['no note at all', () => new Uint8Array(9), 'CHECKPOINT_REFUTED'],
    ['more bytes than a note has', () => new Uint8Array(2_000_000), 'CHECKPOINT_REFUTED'],
    [
      'the checkpoint of a log that nobody vouches for',
      () => Buffer.from(checkpointOf(entries, portableNoteSigner('other.test/log', new Uint8Array(32).fill(6)))),
      'LOG_UNKNOWN',
    ],
  ])('refuses %s', async (_, change, code) => {
    using folder = new Folder().change('checkpoint', change);
    expect(await folder.audit()).toMatchObject({ ok: false, findings: [{ code, path: 'checkpoint' }] });
  });

  it('misses a checkpoint', async () => {
    using folder = new Folder(new Map());
    expect(await folder.audit()).toMatchObject({ ok: false, findings: [{ code: 'CHECKPOINT_MISSING' }] });
  });

  it('takes a folder in a file’s place for a file that is missing', async () => {
    using folder = new Folder();
    rmSync(join(folder.path, 'tile/0/001'));
    mkdirSync(join(folder.path, 'tile/0/001'));
    const { findings } = await folder.audit();
    expect(findings).toEqual([{ code: 'TILE_MISSING', path: 'tile/0/001' }]);
  });
});

describe('the entries', () => {
  it('that are not what their contract says, or are there twice, are told', async () => {
    const wrong = entries.with(300, Buffer.from('{}')).with(599, entryOf(3));
    using folder = new Folder(signedLogFiles(wrong));
    expect((await folder.audit()).findings).toEqual([
      {
        code: 'ENTRY_INVALID',
        path: 'tile/entries/001',
        entry: 300,
        reason: 'TYPE_UNKNOWN: no entry without a type and an id',
      },
      {
        code: 'EVENT_TWICE',
        path: 'tile/entries/002.p/88',
        entry: 599,
        first: 3,
        reason: `access.failed.v1 ${idOf(3)}`,
      },
    ]);
    expect(await folder.audit({ limit: 1 })).toMatchObject({ findings: [{ entry: 300 }], more: 1 });
  });

  it('of versions to come are counted, and no fault', async () => {
    const later = (id: number) => Buffer.from(Buffer.from(entryOf(id)).toString().replace('failed.v1', 'failed.v7'));
    using folder = new Folder(signedLogFiles([...entries.slice(0, 5), later(3), later(9)]));
    const { ok, unknownTypes } = await folder.audit();
    expect(ok).toBe(true);
    expect([...unknownTypes]).toEqual([['access.failed.v7', 2]]);
  });

  it('that are too many for their ids to be remembered are told to be', async () => {
    using folder = new Folder();
    expect((await folder.audit({ remembered: 100 })).idsForgotten).toBe(true);
  });
});

describe('what others saw of the log', () => {
  const seen = (note: string, name = 'kept') => ({ seen: [{ name, note }] });

  it.each([0, 1, 256, 300, 512, 600])('at size %d is its past', async (size) => {
    using folder = new Folder();
    expect(await folder.audit(seen(checkpointOf(entries.slice(0, size))))).toMatchObject({ ok: true, confirmed: 1 });
  });

  it('is another history', async () => {
    using folder = new Folder();
    const other = checkpointOf(entries.with(7, entryOf(999)));
    expect(await folder.audit(seen(other))).toMatchObject({
      ok: false,
      findings: [{ code: 'LOG_FORKED', path: 'kept', size: 600 }],
      confirmed: 0,
    });
  });

  it('is more than the log has now', async () => {
    using folder = new Folder();
    const longer = checkpointOf(entriesOf(601));
    expect((await folder.audit(seen(longer))).findings).toEqual([{ code: 'LOG_SHORTER', path: 'kept', size: 601 }]);
  });

  it('is no checkpoint of it', async () => {
    using folder = new Folder();
    const other = checkpointOf(entries, portableNoteSigner(LOG_ORIGIN, new Uint8Array(32).fill(6)));
    expect((await folder.audit(seen(other))).findings).toMatchObject([{ code: 'SEEN_REFUTED', path: 'kept' }]);
  });

  it('stays confirmed where only files were damaged since', async () => {
    using folder = new Folder().change('tile/entries/000', flip(40));
    const { findings, confirmed } = await folder.audit(seen(checkpointOf(entries.slice(0, 300))));
    expect(findings.map(({ code }) => code)).toEqual(['ENTRY_ALTERED']);
    expect(confirmed).toBe(1);
  });

  it('cannot be compared where the tiles are gone too', async () => {
    using folder = new Folder().change('tile/entries/000', flip(40)).change('tile/0/001', () => new Uint8Array(0));
    const { findings } = await folder.audit(seen(checkpointOf(entries.slice(0, 300))));
    expect(findings.at(-1)).toEqual({ code: 'SEEN_UNDECIDED', path: 'kept', size: 300 });
  });
});

describe('witnesses', () => {
  const signer = portableNoteSigner('witness.test/a', new Uint8Array(32).fill(1));
  const key = noteKey('witness.test/a', NOTE_ALGORITHM.cosignature, signer.key.publicKey);
  const { text, signatures } = parseNote(checkpointOf(entries));
  const cosigned = formatNote({ text, signatures: [...signatures, cosign(text, 1_795_000_000, { ...signer, key })] });
  const trustIn = () => ({ log: logSigner.key, witnesses: [key], quorum: 1 });

  it('that cosigned are named, with the time', async () => {
    using folder = new Folder().change('checkpoint', () => Buffer.from(cosigned));
    const { ok, checkpoint } = await folder.audit({ trustIn });
    expect(ok).toBe(true);
    expect(checkpoint?.cosignatures).toEqual([{ name: 'witness.test/a', keyId: key.keyId, time: 1_795_000_000 }]);
  });

  it('are missed where too few cosigned', async () => {
    using folder = new Folder();
    const { findings } = await folder.audit({ trustIn });
    expect(findings).toMatchObject([{ code: 'CHECKPOINT_REFUTED', reason: '0 of the 1 witnesses needed cosigned' }]);
  });

  it('are counted by the policy, for checkpoints since there are witnesses', async () => {
    const vkey = formatVkey(key);
    const policy = readWitnessPolicy({ quorum: 1, witnesses: [{ name: key.name, keys: [{ vkey }] }] });
    const asked = (witnessedFrom: number) => () => ({ log: logSigner.key, witnesses: [key], policy, witnessedFrom });
    using folder = new Folder();
    expect(await folder.audit({ trustIn: asked(600) })).toMatchObject({
      ok: false,
      findings: [{ code: 'TOO_FEW_WITNESSES', reason: '0 of 1; missing: witness.test/a' }],
    });
    expect((await folder.audit({ trustIn: asked(601) })).ok).toBe(true);
    folder.change('checkpoint', () => Buffer.from(cosigned));
    expect((await folder.audit({ trustIn: asked(0) })).ok).toBe(true);
  });

  it('may be ahead of what is published, for a moment', async () => {
    using folder = new Folder();
    const note = checkpointOf(entriesOf(601));
    const pauses: number[] = [];
    const audit = await folder.audit({
      seen: [{ name: 'witness', note }],
      pause: (milliseconds) => {
        if (pauses.push(milliseconds) === 2) writeLog(folder.path, signedLogFiles(entriesOf(601)));
        return Promise.resolve();
      },
    });
    expect(audit).toMatchObject({ ok: true, confirmed: 1 });
    expect(pauses).toEqual([500, 500]);
  });
});
