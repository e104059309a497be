import type { ProblemCode } from '#exchange/problem.js';
import type { LoggedEntry } from '../support/published-entries.js';
import type { ExchangeReply } from '../support/signed-exchange.js';
import { reconcile } from './reconcile.js';

const id = 'an-exchange';
const answered = { id, outcome: 'answered' } as ExchangeReply;
const unreachable: ExchangeReply = { id, outcome: 'unreachable', reason: 'ECONNRESET' };

function refused(status: number, code: ProblemCode, receipt?: object): ExchangeReply {
  return { id, outcome: 'refused', problem: { type: '', title: '', status, code, ...(receipt && { receipt }) } };
}

const entry = (type: string, content: object = {}): LoggedEntry => ({
  ...{ index: 0, type: `access.${type}.v1`, id, text: '' },
  content: { ...content },
});
const permit = entry('decided', { outcome: 'permit' });
const denial = entry('decided', { outcome: 'deny', reason: 'NO_AGREEMENT' });
const [release, failure] = [entry('released'), entry('failed')];
const withReceipt = refused(503, 'ADAPTER_UNAVAILABLE', { id });
const withoutReceipt = refused(503, 'RECORD_UNAVAILABLE');

it.each<[string, ExchangeReply, LoggedEntry[]]>([
  ['an answer with decision and release', answered, [permit, release]],
  ['a denial with its decision', refused(403, 'NO_AGREEMENT'), [denial]],
  ['a failure that is on record', withReceipt, [permit, failure]],
  ['a failure whose data the adapter had released', withReceipt, [permit, release, failure]],
  ['a failure of which nothing could be recorded', withoutReceipt, []],
  ['no answer, and nothing of it', unreachable, []],
  ['no answer, and all of it', unreachable, [permit, release]],
])('takes %s', (_, reply, entries) => {
  expect(reconcile([reply], entries).faults).toEqual([]);
});

it.each<[string, ExchangeReply, LoggedEntry[]]>([
  ['an answer without a release', answered, [permit]],
  ['an answer without a decision', answered, [release]],
  ['an answer that is said to have failed', answered, [permit, release, failure]],
  ['an answer with two decisions', answered, [permit, permit, release]],
  ['an answer that was denied', answered, [denial, release]],
  ['a denial that nobody recorded', refused(403, 'NO_AGREEMENT'), []],
  ['a denial of which there is data', refused(403, 'NO_AGREEMENT'), [denial, release]],
  ['a denial for another reason', refused(403, 'FIELD_NOT_AGREED'), [denial]],
  ['a receipt for a failure that is not there', withReceipt, [permit]],
  ['a permit of which nothing came', withoutReceipt, [permit]],
  ['an error that nobody foresaw', refused(500, 'INTERNAL'), []],
  ['what nobody asked', { ...unreachable, id: 'another' }, [permit]],
])('finds %s', (_, reply, entries) => {
  expect(reconcile([reply], entries).faults).not.toEqual([]);
});

it('takes a permit of which nothing came where the gateway was killed before it could say so, and counts it', () => {
  const told = { ...withoutReceipt, gatewayDied: true };
  expect(reconcile([told], [permit])).toMatchObject({ faults: [], lost: 0, leftOpen: 1 });
  expect(reconcile([told], [permit, failure])).toMatchObject({ faults: [], leftOpen: 0 });
  expect(reconcile([{ ...withReceipt, gatewayDied: true }], [permit]).faults).not.toEqual([]);
});
