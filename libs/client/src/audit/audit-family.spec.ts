import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cosign } from '#merkle/cosignature.js';
import { NOTE_ALGORITHM, formatVkey, noteKey } from '#merkle/note-key.js';
import type { ListedShard } from '#merkle/shard-list.js';
import { portableNoteSigner } from '#merkle/sign-note.js';
import { formatNote, parseNote } from '#merkle/signed-note.js';
import { readWitnessPolicy } from '#merkle/witness-policy.js';
import { checkpointOf, entriesOf } from '../../test/audited-log.js';
import {
  FAMILY,
  NEW,
  OLD,
  ROOT,
  digestOf,
  familySigner,
  lists,
  rootSigner,
  rooted,
  shardSigners,
  signedList,
  writeFamily,
  type FamilyFiles,
} from '../../test/audited-family.js';
import { auditFamily, type FamilyAuditOptions } from './audit-family.js';
import type { FamilySource } from './family-source.js';
import { FolderFamily } from './folder-log.js';

const [oldSigner, newSigner] = shardSigners;
const stranger = portableNoteSigner(FAMILY, new Uint8Array(32).fill(9));

async function audit(files: FamilyFiles = {}, options: Partial<FamilyAuditOptions> = {}, present?: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-family-'));
  try {
    writeFamily(folder, files);
    return await auditOf(new FolderFamily(folder, present), options);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function auditOf(source: FamilySource, options: Partial<FamilyAuditOptions> = {}) {
  return auditFamily(source, { family: familySigner.key, remembered: 1000, seed: 7, ...options });
}

/** Findings of the list, and those of each log, by code. */
async function findings(...args: Parameters<typeof audit>): Promise<Record<string, readonly string[]>> {
  const { ok, findings: own, logs } = await audit(...args);
  const all = [['list', own] as const, ...logs.map((log) => [log.checkpoint?.origin ?? '?', log.findings] as const)];
  const found = all.filter(([, some]) => some.length > 0);
  expect(ok).toBe(found.length === 0);
  return Object.fromEntries(found.map(([name, some]) => [name, some.map(({ code }) => code)]));
}

it('finds all logs from the list, old ones included, with one key', async () => {
  const told: string[] = [];
  const { ok, list, findings: none, logs } = await audit({}, { onAudit: ({ place }) => told.push(place) });
  expect({ ok, version: list?.version, none }).toEqual({ ok: true, version: 3, none: [] });
  expect(logs.map(({ checkpoint }) => [checkpoint?.origin, checkpoint?.size])).toEqual([
    [`${FAMILY}/root`, ROOT.length],
    [`${FAMILY}/0`, OLD.length],
    [`${FAMILY}/1`, NEW.length],
  ]);
  // Two checkpoints of each shard were entered in the root log.
  expect(logs.map(({ confirmed }) => confirmed)).toEqual([0, 2, 2]);
  expect(told).toEqual(logs.map(({ place }) => place));
});

describe('the list', () => {
  it('must be there, and signed by the family', async () => {
    expect(await findings({ list: '' })).toEqual({ list: ['LIST_MISSING'] });
    expect(await findings({ list: signedList(lists.last, stranger) })).toEqual({ list: ['LIST_REFUTED'] });
    expect(await findings({ list: signedList(lists.last).replace(' 7 ', ' 8 ') })).toEqual({ list: ['LIST_REFUTED'] });
  });

  it('that was put back is known by its version, and hides what came after it', async () => {
    expect(await findings({ list: signedList(lists.first) })).toEqual({
      list: ['LIST_ROLLED_BACK'],
      [`${FAMILY}/root`]: ['SHARD_HIDDEN'],
    });
  });

  it('that only some are shown is not the one that the root log has', async () => {
    const other = { ...lists.last, shards: lists.last.shards.map((one) => ({ ...one, partition: 3 })) };
    expect(await findings({ list: signedList(other) })).toEqual({ list: ['LIST_DIFFERS'] });
    expect(await findings({ list: signedList({ ...lists.last, version: 4 }) })).toEqual({ list: ['LIST_UNCOMMITTED'] });
  });

  it('is read again where the root log went past it meanwhile', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-family-'));
    try {
      writeFamily(folder);
      const real = new FolderFamily(folder);
      const shown = [Buffer.from(signedList(lists.first))];
      const readList = async (version?: number) => {
        return (version === undefined ? shown.pop() : undefined) ?? real.readList(version);
      };
      const behind = { place: folder, log: real.log.bind(real), readList };
      expect((await auditOf(behind)).ok).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('may be behind its digest for a moment, and is given the time', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-family-'));
    try {
      writeFamily(folder, { list: signedList(lists.first) });
      const pauses: number[] = [];
      const pause = (milliseconds: number) => {
        if (pauses.push(milliseconds) === 2) writeFamily(folder);
        return Promise.resolve();
      };
      expect((await auditOf(new FolderFamily(folder), { pause })).ok).toBe(true);
      expect(pauses).toEqual([500, 500]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('must have followed lawfully from each version before it, which stay to be read', async () => {
    const { versions } = await audit();
    expect(versions).toEqual({ compared: 2, left: 0 });
    const one = new Map([[3, signedList(lists.last)]]);
    expect((await audit({ versions: one })).findings).toEqual([
      { code: 'LIST_MISSING', path: 'lists/1', reason: 'the root log has its digest in entry 0' },
    ]);
    const [, next] = lists.last.shards;
    const reopened: ListedShard = { ...lists.first.shards[0]!, partition: 1 };
    const added = { ...next!, number: 2, key: portableNoteSigner(`${FAMILY}/2`, new Uint8Array(32)).key, at: '2/' };
    const after = { ...lists.last, version: 4, shards: [reopened, next!, added] };
    const wrong = { ...after, version: 3 };
    const shown = { ...lists.last, version: 5, shards: [...lists.last.shards, added] };
    const { findings: found } = await audit({
      list: signedList(shown),
      root: [...ROOT, digestOf(wrong), digestOf(after), digestOf(shown)],
      versions: new Map([lists.first, lists.last, after, shown].map((list) => [list.version, signedList(list)])),
    });
    expect(found.map(({ code, path, line }) => [code, path, line])).toEqual([
      ['LIST_UNLAWFUL', 'lists/4', 3],
      ['LIST_UNLAWFUL', 'lists/5', 3],
      ['SHARD_NOT_ROOTED', '2/checkpoint', undefined],
    ]);
  });

  it('must name every log that somebody knows, by its key', async () => {
    const third = portableNoteSigner(`${FAMILY}/7`, new Uint8Array(32)).key;
    const other = portableNoteSigner(`${FAMILY}/0`, new Uint8Array(32)).key;
    const elsewhere = portableNoteSigner('other.test/log/0', new Uint8Array(32)).key;
    const known = (key: typeof third) => ({ known: new Map([[key.name, key]]) });
    expect(await findings({}, known(third))).toEqual({ list: ['SHARD_HIDDEN'] });
    expect(await findings({}, known(other))).toEqual({ list: ['SHARD_KEY_DIFFERS'] });
    expect(await findings({}, known(elsewhere))).toEqual({});
    expect(await findings({}, known(oldSigner.key))).toEqual({});
    expect(await findings({}, {}, ['root/', '0/', '1/', '2/'])).toEqual({ list: ['SHARD_HIDDEN'] });
  });
});

describe('a checkpoint that somebody kept of a log that the list does not name', () => {
  const hidden = portableNoteSigner(`${FAMILY}/7`, new Uint8Array(32));
  const { key, sign } = portableNoteSigner('witness.test/a', new Uint8Array(32).fill(1));
  const witness = { key: noteKey(key.name, NOTE_ALGORITHM.cosignature, key.publicKey), sign };
  const { text, signatures } = parseNote(checkpointOf(OLD, hidden));
  const cosigned = (by: typeof witness) =>
    formatNote({ text, signatures: [...signatures, cosign(text, 1_795_000_000, by)] });
  const vkey = formatVkey(witness.key);
  const until = (time?: string) => {
    const policy = readWitnessPolicy({ quorum: 1, witnesses: [{ name: key.name, keys: [{ vkey, until: time }] }] });
    return { witnessedIn: (origin: string) => (origin === hidden.key.name ? { policy } : {}) };
  };
  const kept = (note: string) => ({ seen: [{ name: 'kept', note }] });

  it('accuses by the cosignature of a witness that is trusted', async () => {
    expect(await findings({}, { ...kept(cosigned(witness)), ...until() })).toEqual({ list: ['SHARD_HIDDEN'] });
    const witnessedIn = () => ({ witnesses: [witness.key] });
    expect(await findings({}, { ...kept(cosigned(witness)), witnessedIn })).toEqual({ list: ['SHARD_HIDDEN'] });
  });

  it('accuses by the key of a log that is trusted', async () => {
    const known = new Map([[hidden.key.name, hidden.key]]);
    const { findings: found } = await audit({}, { ...kept(checkpointOf(OLD, hidden)), known });
    expect(found).toContainEqual({ code: 'SHARD_HIDDEN', path: 'kept', reason: hidden.key.name });
  });

  it.each<[string, string, Partial<FamilyAuditOptions>]>([
    [
      'nobody signed',
      formatNote({ text, signatures: [{ name: 'x', keyId: '00000000', signature: new Uint8Array(64) }] }),
      until(),
    ],
    ['only the log itself signed, whose key nobody knows', checkpointOf(OLD, hidden), until()],
    ['a witness cosigned that nobody trusts', cosigned(witness), {}],
    ['another cosigned in the name of a witness', cosigned({ ...witness, sign: hidden.sign }), until()],
    ['a witness cosigned with a key that it had no more', cosigned(witness), until('2026-01-01T00:00:00Z')],
  ])('accuses of nothing where %s', async (_, note, trust) => {
    expect(await findings({}, { ...kept(note), ...trust })).toEqual({ list: ['SEEN_UNDECIDED'] });
  });

  it('says nothing of this family where the log is none of it', async () => {
    const elsewhere = portableNoteSigner('other.test/log/0', new Uint8Array(32));
    expect(await findings({}, kept(checkpointOf(OLD, elsewhere)))).toEqual({});
  });
});

describe('the root log', () => {
  it('that is forked contradicts what others kept of it', async () => {
    const seen = [
      { name: 'witness', note: checkpointOf(ROOT.slice(0, 5).with(2, rooted(OLD.slice(0, 5), oldSigner)), rootSigner) },
    ];
    expect(await findings({}, { seen })).toEqual({ [`${FAMILY}/root`]: ['LOG_FORKED'] });
    const past = [{ name: 'witness', note: checkpointOf(ROOT.slice(0, 5), rootSigner) }];
    expect(await findings({}, { seen: past })).toEqual({});
  });

  it.each<[string, Uint8Array, string]>([
    ['what is no note', Buffer.from('{}'), 'ROOT_ENTRY_INVALID'],
    [
      'a checkpoint that the shard did not sign',
      rooted(NEW, portableNoteSigner(newSigner.key.name, new Uint8Array(32))),
      'ROOT_ENTRY_INVALID',
    ],
    ['a digest that the family did not sign', digestOf({ ...lists.last, version: 4 }, stranger), 'ROOT_ENTRY_INVALID'],
    ['a shard that shrinks', rooted(NEW.slice(0, 1), newSigner), 'ROOT_DISORDER'],
    ['another head of one size', rooted(OLD.slice(0, 2), newSigner), 'ROOT_DISORDER'],
    ['a list that is older than one before', digestOf(lists.first), 'ROOT_DISORDER'],
    [
      'a shard that the list does not name',
      rooted(NEW, portableNoteSigner(`${FAMILY}/5`, new Uint8Array(32))),
      'SHARD_HIDDEN',
    ],
  ])('has %s', async (_, entry, code) => {
    expect(await findings({ root: [...ROOT, entry] })).toEqual({ [`${FAMILY}/root`]: [code] });
  });
});

describe('a shard', () => {
  it('must continue what the root log has of it', async () => {
    const other = entriesOf(20).slice(14);
    expect(await findings({ next: other })).toEqual({ [newSigner.key.name]: ['LOG_FORKED'] });
    expect(await findings({ next: NEW.slice(0, 1) })).toEqual({ [newSigner.key.name]: ['LOG_SHORTER'] });
  });

  it('must be in the root log', async () => {
    expect(await findings({ root: ROOT.slice(0, 4) })).toEqual({ list: ['SHARD_NOT_ROOTED'] });
  });

  it('that is closed must show its last head, and the root log must have it', async () => {
    expect(await findings({ old: entriesOf(9) })).toMatchObject({ list: ['SHARD_NOT_FINAL'] });
    expect(await findings({ root: ROOT.toSpliced(2, 1) })).toEqual({ list: ['SHARD_NOT_ROOTED'] });
  });

  it('has no event that another has', async () => {
    const twice = [...NEW, OLD[3]!];
    expect(await findings({ next: twice })).toEqual({ [newSigner.key.name]: ['EVENT_TWICE'] });
  });
});

it('asks each log for its cosignatures', async () => {
  const policy = { quorum: 1, witnesses: [] };
  const found = await findings({}, { witnessedIn: (origin) => (origin === oldSigner.key.name ? { policy } : {}) });
  expect(found).toEqual({ [oldSigner.key.name]: ['TOO_FEW_WITNESSES'] });
});
