import { canonicalJson } from '#exchange/commitment.js';
import type { Receipt } from '#exchange/answer.js';
import { evidence, prove, trustFileOfTests } from '../../test/evidence.js';
import { readTrust } from '../trust.js';
import { verifyReceipt } from './verify-receipt.js';

const trust = readTrust(trustFileOfTests);
const erased = { at: '2026-11-23T09:00:00.000Z', by: 'key:operator', ground: 'consent-withdrawn' } as const;

function anErasure(receipt: Receipt, change: object = {}) {
  const { at, ...why } = erased;
  const entry = { type: 'access.erased.v1', id: receipt.id, source: 'gateway', time: at, ...why, ...change };
  return prove([canonicalJson(entry)], 0);
}

/** As the gateway gives it after the erasure. */
function erasedEvidence(change: Partial<Receipt> = {}) {
  const { receipt, ...others } = evidence();
  const { opening, ...kept } = receipt;
  expect(opening).toBeDefined();
  return { ...others, receipt: { ...kept, erased, erasure: anErasure(receipt), ...change } };
}

it('shows who had the details erased, and every other proof as before', () => {
  const result = verifyReceipt(erasedEvidence(), trust);
  expect(result.checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(result.erasure).toMatchObject({ by: erased.by, ground: erased.ground });
  expect(result.checks.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['decision-in-log', 'release-in-log', 'erasure-in-log', 'erasure-details']),
  );
  const sentence = result.checks.find(({ name }) => name === 'erasure-details')?.sentence;
  for (const text of Object.values(sentence ?? {})) expect(text).toContain('consent-withdrawn');
});

it.each<[string, (receipt: Receipt) => Partial<Receipt>]>([
  ['another ground', () => ({ erased: { ...erased, ground: 'unlawful' } })],
  ['another operator', () => ({ erased: { ...erased, by: 'key:another' } })],
  ['another time', () => ({ erased: { ...erased, at: '2026-11-23T09:00:01.000Z' } })],
  ['nothing of it', () => ({ erased: undefined })],
  ['an opening all the same', ({ opening }) => ({ opening })],
])('fails where the receipt says %s', (_, change) => {
  const result = verifyReceipt(erasedEvidence(change(evidence().receipt)), trust);
  expect(result.checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['erasure-details']);
});

it('fails where the erasure is of another exchange, or the log does not hold it', () => {
  const { receipt } = evidence();
  const another = anErasure(receipt, { id: '01900000-0000-8000-8000-000000000000' });
  expect(verifyReceipt(erasedEvidence({ erasure: another }), trust).ok).toBe(false);
  const forged = { ...anErasure(receipt), entry: anErasure(receipt, { by: 'key:nobody' }).entry };
  expect(verifyReceipt(erasedEvidence({ erasure: forged }), trust).ok).toBe(false);
});
