import { nodeVerify } from '#merkle/node-cryptography.js';
import { openCheckpoint } from '#merkle/open-checkpoint.js';
import { signNote } from '#merkle/sign-note.js';
import { parseNote } from '#merkle/signed-note.js';
import type { TileReader } from '#merkle/tile-reader.js';
import { aShard } from '../../test/a-log.js';
import { AWitness, grownLog } from '../../test/a-witness.js';
import { LedgerError } from '../ledger-error.js';
import { LogCosigner } from './log-cosigner.js';
import type { ShownCheckpoint, WitnessAnswer } from './witness-client.js';
import { WitnessLine } from './witness-line.js';

const log = grownLog(600);
const longer = grownLog(700);
const other = grownLog(700, 'b');
let all: AWitness[];
let accuser: AWitness;
let proven: { readonly code: string; readonly note: string }[];

beforeEach(() => {
  all = ['w/a', 'w/b', 'w/c', 'w/d'].map((name, at) => new AWitness(name, at + 1));
  accuser = all[3]!;
  proven = [];
});

/** Three of four must agree. */
function cosigner(sequenced = log.sequenced): LogCosigner {
  const lines = all.map(
    (one) => new WitnessLine(one.witness, one, sequenced, ({ code }, note) => proven.push({ code, note })),
  );
  return new LogCosigner({ lines, quorum: 3, graceMs: 1 });
}

const cosign = (one: LogCosigner, size: number) => one.cosign(log.head(size), log.tiles);
const ahead =
  (size = Number.MAX_SAFE_INTEGER) =>
  (): WitnessAnswer => ({ kind: 'other-size', size });
const shows = (note: string | Uint8Array) => (): ShownCheckpoint => ({ kind: 'shown', note: Buffer.from(note) });
const nothing = (): ShownCheckpoint => ({ kind: 'failed', reason: 'answered 404' });

function expectCosignedByOthers(note: string): void {
  const trust = { log: aShard().signer.key, witnesses: all.map(({ signer }) => signer.key) };
  const { cosignatures } = openCheckpoint(note, trust, nodeVerify);
  expect(cosignatures.map(({ name }) => name).toSorted()).toEqual(['w/a', 'w/b', 'w/c']);
}

describe('a witness that proves what it says stops the log for good', () => {
  it('where it has cosigned more than the database holds: it went back', async () => {
    accuser.seen = longer.head(700);
    const one = cosigner();
    await expect(cosign(one, 600)).rejects.toMatchObject({ code: 'WITNESS_AHEAD', isFinal: true });
    expect(proven).toEqual([{ code: 'WITNESS_AHEAD', note: longer.head(700).note }]);
    // Though the others would be enough.
    await expect(cosign(one, 600)).rejects.toMatchObject({ code: 'WITNESS_AHEAD' });
    expect(proven).toHaveLength(1);
  });

  it.each([300, 600])('where it has cosigned another history at size %d, below the head or at it', async (size) => {
    accuser.seen = other.head(size);
    await expect(cosign(cosigner(), 600)).rejects.toMatchObject({ code: 'WITNESS_DISAGREES', isFinal: true });
    expect(proven).toEqual([{ code: 'WITNESS_DISAGREES', note: other.head(size).note }]);
  });

  it('where the database knows of no head of that size, and the tree contradicts it', async () => {
    accuser.seen = other.head(299);
    const sequenced = { ...log.sequenced, rootAt: () => Promise.resolve(undefined) };
    await expect(cosign(cosigner(sequenced), 600)).rejects.toMatchObject({ code: 'WITNESS_DISAGREES' });
  });

  it('where it is another history of which it is ahead, within what is sequenced', async () => {
    accuser.seen = other.head(500);
    await expect(cosign(cosigner(), 400)).rejects.toMatchObject({ code: 'WITNESS_DISAGREES' });
  });

  it('also where it answers after the others were enough', async () => {
    const late = Promise.withResolvers<WitnessAnswer>();
    accuser.mood = () => late.promise;
    accuser.pretence = shows(longer.head(650).note);
    const one = cosigner();
    expectCosignedByOthers(await cosign(one, 300));
    late.resolve({ kind: 'other-size', size: 650 });
    await expect(cosign(one, 301)).rejects.toMatchObject({ code: 'WITNESS_AHEAD' });
  });
});

describe('a witness that proves nothing is passed over', () => {
  const { signer } = aShard();
  const { text } = parseNote(longer.head(700).note);
  const stranger = new AWitness('w/stranger', 9).signer;
  const forged = longer.head(700).note.replace('\n700\n', '\n701\n');

  it.each<[string, () => ShownCheckpoint | Promise<ShownCheckpoint>, string]>([
    ['nothing', nothing, 'answered 404'],
    ['junk', shows('<html>'), 'INVALID_NOTE'],
    ['bytes that are no text', shows(new Uint8Array([0xff, 0xfe, 10, 10])), 'INVALID_NOTE'],
    ['a checkpoint whose size it changed', shows(forged), 'SIGNATURE_REFUTED'],
    ['a checkpoint that only others signed', shows(signNote(text, [stranger])), 'SIGNATURE_MISSING'],
    ['what the log signed and is no checkpoint', shows(signNote('hello\n', [signer])), 'INVALID_CHECKPOINT'],
    ['the checkpoint of another log', shows(signNote(text.replace(signer.key.name, 'log/b'), [signer])), 'ORIGIN'],
    ['an older checkpoint of this log', shows(log.head(10).note), 'shows nothing that contradicts the log'],
  ])('where it shows %s', async (_, pretence, reason) => {
    accuser.pretence = pretence;
    for (const mood of [ahead(), ahead(601), refutesAt(600)]) {
      accuser.mood = mood;
      const one = cosigner();
      expectCosignedByOthers(await cosign(one, 600));
      expect(one.away.join()).toMatch(/^w\/d \(says that the log (went back|has another history), without proof/);
      expect(one.away.join()).toContain(reason);
      expect(one.states.get('w/d')).toMatchObject({ accuses: true });
      // Its word for its size is not repeated as if it were known.
      expect(one.states.get('w/d')?.size ?? 0).toBeLessThanOrEqual(600);
    }
    expect(proven).toEqual([]);
  });

  it('head after head, and is taken back when it cosigns', async () => {
    [accuser.mood, accuser.pretence] = [ahead(), nothing];
    const one = cosigner();
    for (const size of [1, 256, 300, 599]) expectCosignedByOthers(await cosign(one, size));
    accuser.mood = () => undefined;
    await cosign(one, 600);
    await cosign(one, 600);
    expect(one.states.get('w/d')).toMatchObject({ size: 600, error: undefined, accuses: false });
  });

  it('and is not waited for while it shows nothing at all', async () => {
    [accuser.mood, accuser.pretence] = [ahead(), () => new Promise(() => undefined)];
    const one = cosigner();
    for (const size of [300, 301, 302]) expectCosignedByOthers(await cosign(one, size));
    expect(accuser.shownTimes).toBe(1);
  });

  it('but is missed where it takes a second one that is away: the log waits', async () => {
    [accuser.mood, accuser.pretence] = [ahead(), nothing];
    all[0]!.mood = () => ({ kind: 'failed', reason: 'ECONNREFUSED' });
    await expect(cosign(cosigner(), 600)).rejects.toMatchObject({
      code: 'QUORUM_MISSING',
      message: expect.stringContaining('w/d (says that the log went back, without proof (answered 404))') as string,
    });
  });

  it('where it is ahead of a head that another ledger left behind by now: that accuses nobody', async () => {
    accuser.seen = log.head(500);
    const one = cosigner();
    expectCosignedByOthers(await cosign(one, 400));
    expect(one.away).toEqual(['w/d (is ahead of this head)']);
    expect(one.states.get('w/d')).toMatchObject({ accuses: false });
    await cosign(one, 600);
    await cosign(one, 600);
    expect(one.away).toEqual([]);
  });

  it('where the same entries were sequenced in other steps: the tree is the same', async () => {
    accuser.seen = log.head(299);
    accuser.mood = (body) => (body.startsWith('old 299\n') ? { kind: 'refuted' } : undefined);
    const one = cosigner({ ...log.sequenced, rootAt: () => Promise.resolve(undefined) });
    expectCosignedByOthers(await cosign(one, 600));
  });
});

it('does not call a tile missing that was removed while a witness did not answer, and nobody waited for it', async () => {
  const late = Promise.withResolvers<WitnessAnswer>();
  accuser.mood = () => late.promise;
  let isRemoved = false;
  const tiles: TileReader = {
    readTile: (tile) =>
      isRemoved ? Promise.reject(new LedgerError('TILE_MISSING', 'removed')) : log.tiles.readTile(tile),
  };
  const one = cosigner();
  expectCosignedByOthers(await one.cosign(log.head(300), tiles));
  isRemoved = true;
  late.resolve({ kind: 'other-size', size: 299 });
  accuser.mood = () => undefined;
  await cosign(one, 301);
  await cosign(one, 301);
  expect(one.states.get('w/d')).toMatchObject({ size: 301, error: undefined });
});

it('calls the tiles damaged where it is these that do not lead on from what was signed, whatever a witness shows', async () => {
  accuser.seen = log.head(300);
  for (const pretence of [undefined, nothing]) {
    accuser.pretence = pretence;
    await expect(cosigner().cosign(log.head(600), other.tiles)).rejects.toMatchObject({ code: 'TILE_DIFFERS' });
  }
});

/** It names this size, and refuses every proof from there. */
function refutesAt(size: number) {
  return (body: string): WitnessAnswer =>
    body.startsWith(`old ${size}\n`) ? { kind: 'refuted' } : { kind: 'other-size', size };
}
