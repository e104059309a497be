import { receipt as receiptSchema } from '#exchange/answer.js';
import { aWitness, cosignedEvidence, COSIGNED_AT, type TestWitness } from '../../test/cosigned-evidence.js';
import { evidence, trustFileOfTests } from '../../test/evidence.js';
import { readTrust, trustFile, type TrustFile } from '../trust.js';
import { verifyReceipt, type Evidence } from './verify-receipt.js';

const [a, b, c] = [aWitness('w/a', 1), aWitness('w/b', 2), aWitness('w/c', 3)];
const named = [a, b, c].map((one) => one.named);
/** Two of three must have. */
const file: TrustFile = { ...trustFileOfTests, witnesses: named, quorum: 2 };
const verify = (of: Evidence, by: TrustFile = file) => verifyReceipt(of, readTrust(trustFile.parse(by)));
const witnessed = ({ checks }: ReturnType<typeof verify>) => checks.filter(({ name }) => name.endsWith('-witnessed'));
const from = (witnessedFrom: number): TrustFile => ({
  ...file,
  logs: file.logs.map((log) => ({ ...log, witnessedFrom })),
});

it('says of each entry which witnesses cosigned, and that they are enough', () => {
  const result = verify(cosignedEvidence([a, c]));
  expect(result.ok).toBe(true);
  expect(witnessed(result).map(({ name }) => name)).toEqual(['decision-witnessed', 'release-witnessed']);
  const [{ sentence } = { sentence: undefined }] = witnessed(result);
  expect(sentence).toEqual({
    en: '2 of the 3 witnesses that the trust file names cosigned the checkpoint, and 2 are needed: w/a, w/c.',
    zh: '信任文件所列的 3 个见证方中有 2 个联署了该检查点，至少需 2 个：w/a、w/c。',
  });
  expect(result.notProven.map(({ en }) => en)).toContainEqual(expect.stringContaining('independent of whoever runs'));
});

it.each<[string, readonly TestWitness[]]>([
  ['too few cosigned', [b]],
  ['nobody cosigned', []],
  ['those who cosigned are not the ones of the trust file', [aWitness('w/d', 4), aWitness('w/e', 5)]],
  ['one cosigned twice, with an unknown key as well', [a, aWitness('w/a', 6)]],
])('refuses a receipt where %s', (_, witnesses) => {
  const result = verify(cosignedEvidence(witnesses));
  expect(result.ok).toBe(false);
  expect(witnessed(result).map(({ ok }) => ok)).toEqual([false, false]);
  expect(witnessed(result)[0]?.sentence.en).toMatch(/2 are needed\. Missing: .*w\/c/);
});

it('takes a receipt from before there were witnesses, and says that it is one', () => {
  // The checkpoints of the tests have nine entries.
  const result = verify(evidence(), from(10));
  expect(result.ok).toBe(true);
  expect(witnessed(result)[0]?.sentence.en).toContain('is from before the log had witnesses, which was at 10');
  expect(result.notProven.map(({ en }) => en)).toContainEqual(expect.stringContaining('no witness has cosigned it'));
  expect(verify(evidence(), from(9)).ok).toBe(false);
});

it('takes any receipt where the trust file names nobody, and says what that does not show', () => {
  const old = verify(evidence(), trustFileOfTests);
  expect([old.ok, witnessed(old)]).toEqual([true, []]);
  expect(old.notProven.map(({ en }) => en)).toContainEqual(expect.stringContaining('no witness has cosigned it'));
  const unknown = verify(cosignedEvidence([a, b]), trustFileOfTests);
  expect(unknown.ok).toBe(true);
  expect(unknown.notProven.map(({ en }) => en)).toContainEqual(expect.stringContaining('not known to the trust file'));
});

it('claims no quorum where the trust file asks for none, whoever cosigned', () => {
  for (const witnesses of [[aWitness('w/d', 4)], [a]]) {
    const result = verify(cosignedEvidence(witnesses), { ...file, quorum: 0 });
    expect(result.ok).toBe(true);
    expect(result.notProven.map(({ en }) => en)).toContainEqual(expect.stringContaining('or are too few'));
  }
});

it('refuses a checkpoint on which the signature of a known witness is wrong, though others are enough', () => {
  const forger = aWitness('w/b', 9);
  const posing = { ...forger, key: { ...forger.key, keyId: b.key.keyId } };
  const result = verify(cosignedEvidence([a, c, posing]));
  expect(result.checks.find(({ name }) => name === 'decision-in-log')?.ok).toBe(false);
});

it('refuses a receipt that names a witness which did not sign', () => {
  const whole = cosignedEvidence([a, b]);
  const decision = { ...whole.receipt.decision, quorum: { needed: 2, cosigned: ['w/a', 'w/c'] } };
  const result = verify({ ...whole, receipt: { ...whole.receipt, decision } });
  expect(result.checks.find(({ name }) => name === 'decision-in-log')?.sentence.en).toContain(
    'w/c, which did not sign',
  );
});

describe('while a witness changes its key', () => {
  const next = aWitness('w/b', 12);
  const day = (offset: number) => new Date((COSIGNED_AT + offset * 86_400) * 1000).toISOString();
  const rotating = (until: string, since: string): TrustFile => {
    const keys = [
      { ...b.named.keys[0]!, until },
      { ...next.named.keys[0]!, from: since },
    ];
    return { ...file, witnesses: named.map((one) => (one.name === 'w/b' ? { ...one, keys } : one)) };
  };

  it('both keys count, together as one', () => {
    const both = rotating(day(1), day(-1));
    for (const key of [[b], [next], [b, next]]) {
      expect(verify(cosignedEvidence([a, ...key]), both).ok).toBe(true);
      expect(verify(cosignedEvidence(key), both).ok).toBe(false);
    }
  });

  it('the old one counts for what it cosigned in its time, and for nothing after', () => {
    expect(verify(cosignedEvidence([a, b]), rotating(day(1), day(1))).ok).toBe(true);
    expect(verify(cosignedEvidence([a, b]), rotating(day(-1), day(-1))).ok).toBe(false);
    expect(verify(cosignedEvidence([a, next]), rotating(day(1), day(1))).ok).toBe(false);
  });
});

it('reads receipts with and without the quorum', () => {
  for (const { receipt } of [evidence(), cosignedEvidence([a])]) expect(receiptSchema.parse(receipt)).toEqual(receipt);
});

it.each<[string, TrustFile]>([
  ['a quorum that the witnesses cannot meet', { ...file, quorum: 4 }],
  ['the key of another', { ...file, witnesses: [{ name: 'w/x', keys: a.named.keys }], quorum: 1 }],
  ['a quorum of nobody', { ...trustFileOfTests, quorum: 1 }],
])('refuses a trust file with %s', (_, wrong) => {
  expect(() => readTrust(wrong)).toThrow('the trust file cannot be used');
});
