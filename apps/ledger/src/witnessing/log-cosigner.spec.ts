import { nodeVerify } from '#merkle/node-cryptography.js';
import { openCheckpoint } from '#merkle/open-checkpoint.js';
import { aShard } from '../../test/a-log.js';
import { AWitness, cosigned, grownLog } from '../../test/a-witness.js';
import { LogCosigner } from './log-cosigner.js';
import type { WitnessAnswer } from './witness-client.js';
import { WitnessLine, type WitnessState } from './witness-line.js';

const log = grownLog(600);
let all: AWitness[];
let told: ReadonlyMap<string, WitnessState>[];
const hangs = () => new Promise<WitnessAnswer>(() => undefined);
const away = (): WitnessAnswer => ({ kind: 'failed', reason: 'ECONNREFUSED' });

beforeEach(() => {
  all = ['w/a', 'w/b', 'w/c', 'w/d'].map((name, at) => new AWitness(name, at + 1));
  told = [];
});

/** Three of four must agree. */
function cosigner({ of = log, witnesses = all, quorum = 3 } = {}): LogCosigner {
  const lines = witnesses.map((one) => new WitnessLine(one.witness, one, of.sequenced));
  return new LogCosigner({ lines, quorum, graceMs: 1, onAsked: (states) => told.push(states) });
}

const namesIn = (note: string) =>
  openCheckpoint(note, { log: aShard().signer.key, witnesses: all.map(({ signer }) => signer.key) }, nodeVerify)
    .cosignatures.map(({ name }) => name)
    .toSorted();
const cosign = (one: LogCosigner, size: number, of = log) => one.cosign(of.head(size), of.tiles);

it('adds what every witness gives, head after head, and asks each once a head', async () => {
  const one = cosigner();
  for (const size of [0, 1, 255, 256, 300, 600]) {
    expect(namesIn(await cosign(one, size)).length).toBeGreaterThanOrEqual(3);
  }
  await cosign(one, 600);
  for (const { asked, seen } of all) {
    expect(asked.length).toBeLessThanOrEqual(7);
    expect(seen?.size).toBe(600);
  }
});

it('begins with those who know the log already, wherever each of them is', async () => {
  for (const [at, size] of [10, 256, 599, 600].entries()) all[at]!.seen = log.head(size);
  expect(namesIn(await cosign(cosigner({ quorum: 4 }), 600))).toEqual(['w/a', 'w/b', 'w/c', 'w/d']);
  expect(all.map(({ asked }) => asked.map((body) => body.split('\n')[0]))).toEqual([
    ['old 0', 'old 10'],
    ['old 0', 'old 256'],
    ['old 0', 'old 599'],
    ['old 0', 'old 600'],
  ]);
});

it('goes on with three of four, and says who is missing', async () => {
  all[1]!.mood = away;
  const one = cosigner();
  const head = log.head(300);
  const note = await one.cosign(head, log.tiles);
  expect(namesIn(note)).toEqual(['w/a', 'w/c', 'w/d']);
  expect(one.quorumOf(note)).toEqual({ needed: 3, cosigned: ['w/a', 'w/c', 'w/d'] });
  expect(one.lacks(head)).toBe(true);
  expect(one.away).toEqual(['w/b (ECONNREFUSED)']);
  expect(told.at(-1)?.get('w/c')).toMatchObject({ size: 300, error: undefined });
});

it('refuses with two of four, naming both, and has them when they are back without asking the others again', async () => {
  for (const one of all.slice(2)) one.mood = away;
  const one = cosigner();
  await expect(cosign(one, 300)).rejects.toMatchObject({
    code: 'QUORUM_MISSING',
    isFinal: false,
    message: expect.stringContaining(
      '2 of the 3 cosignatures needed at size 300; missing: w/c (ECONNREFUSED), w/d',
    ) as string,
  });
  for (const back of all.slice(2)) back.mood = () => undefined;
  expect(namesIn(await cosign(one, 300))).toHaveLength(4);
  expect(all.map(({ asked }) => asked.length)).toEqual([1, 1, 2, 2]);
});

it('does not wait for one that hangs when there are enough without it', async () => {
  all[0]!.mood = hangs;
  const one = cosigner();
  expect(namesIn(await cosign(one, 300))).toEqual(['w/b', 'w/c', 'w/d']);
  // The next head as well, though the first question is still open.
  expect(namesIn(await cosign(one, 301))).toEqual(['w/b', 'w/c', 'w/d']);
  expect(all[0]!.asked).toHaveLength(1);
});

describe('does not count', () => {
  it.each<[string, (one: AWitness) => void, string]>([
    ['junk', (one) => (one.mood = () => ({ kind: 'cosigned', signatures: Buffer.from('<html>') })), 'INVALID_NOTE'],
    ['nothing', (one) => (one.mood = () => ({ kind: 'cosigned', signatures: Buffer.from('') })), 'INVALID_NOTE'],
    [
      'a signature of another checkpoint',
      (one) => (one.mood = () => cosigned(log.head(299).note, one.signer)),
      'SIGNATURE_REFUTED',
    ],
    [
      'a signature by a key that nobody knows',
      (one) => (one.mood = () => cosigned(log.head(300).note, new AWitness(one.name, 9).signer)),
      'SIGNATURE_MISSING',
    ],
    [
      'the signature of another witness',
      (one) => (one.mood = () => cosigned(log.head(300).note, all[1]!.signer)),
      'SIGNATURE_MISSING',
    ],
    [
      'a signature of a time at which the key was not valid',
      (one) => (one.mood = () => cosigned(log.head(300).note, one.signer, 1_899_999_999)),
      'not valid now',
    ],
    ['another size each time', (one) => (one.mood = sizesUpwards()), 'names another size each time'],
    [
      'the very size that it was asked from',
      (one) => (one.mood = () => ({ kind: 'other-size', size: 0 })),
      'contradicts',
    ],
    ['a proof refuted where there is none', (one) => (one.mood = () => ({ kind: 'refuted' })), 'contradicts'],
  ])('%s', async (_, change, reason) => {
    const [first] = all;
    change(first!);
    all[0]!.witness.keys.map((key) => Object.assign(key, { until: 1_899_999_999 }));
    const one = cosigner({ quorum: 4 });
    await expect(cosign(one, 300)).rejects.toMatchObject({ code: 'QUORUM_MISSING' });
    expect(one.away.join()).toContain(reason);
    expect(namesIn(await cosign(cosigner(), 300))).toEqual(['w/b', 'w/c', 'w/d']);
  });

  function sizesUpwards() {
    let size = 0;
    return (): WitnessAnswer => ({ kind: 'other-size', size: (size += 1) });
  }
});

it('takes over after a restart what the published head carries', async () => {
  all[3]!.mood = away;
  const note = await cosign(cosigner(), 300);
  const restarted = cosigner();
  restarted.recall({ ...log.head(300), note });
  all[3]!.mood = () => undefined;
  expect(namesIn(await cosign(restarted, 300))).toHaveLength(4);
  expect(all.map(({ asked }) => asked.length)).toEqual([1, 1, 1, 2]);
});

it('carries both signatures of a witness that changes its key', async () => {
  const [first] = all;
  const next = new AWitness('w/a', 11);
  const keys = [...first!.witness.keys, ...next.witness.keys];
  first!.mood = (body) => {
    const answers = [first!.signer, next.signer].map((signer) =>
      cosigned(body.slice(body.indexOf('\n\n') + 2), signer),
    );
    const lines = answers.flatMap((one) => (one.kind === 'cosigned' ? [one.signatures] : []));
    return { kind: 'cosigned', signatures: Buffer.concat(lines) };
  };
  const line = new WitnessLine({ name: 'w/a', keys }, first!, log.sequenced);
  const note = await new LogCosigner({ lines: [line], quorum: 1 }).cosign(log.head(300), log.tiles);
  const trust = { log: aShard().signer.key, witnesses: keys.map(({ key }) => key) };
  expect(openCheckpoint(note, trust, nodeVerify).cosignatures.map(({ keyId }) => keyId)).toEqual(
    keys.map(({ key }) => key.keyId),
  );
});

it('asks, and waits for nobody, where a quorum of none is enough', async () => {
  for (const one of all) one.mood = hangs;
  const head = log.head(300);
  expect(await cosigner({ quorum: 0 }).cosign(head, log.tiles)).toBe(head.note);
});
