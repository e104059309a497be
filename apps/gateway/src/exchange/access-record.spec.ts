import { createHash } from 'node:crypto';
import { decode } from '#events/encode.js';
import { commit } from '#exchange/commitment.js';
import { toAccessRecord, toFailureRecord, toReceiptStub, type Decided } from './access-record.js';
import { NO_MENTIONS } from './judge.js';

const decided: Decided = {
  id: '01900000-0000-8000-8000-000000000000',
  at: new Date('2026-11-23T08:00:00.123Z'),
  consumer: 'housing/eligibility',
  authenticated: true,
  mentions: { ...NO_MENTIONS, resource: 'population/residents', select: ['name'] },
  agreements: [{ id: 'housing', version: 2 }],
  detail: { request: 'A'.repeat(43), officer: 'an officer', case: 'a case' },
  subjects: [],
  evidence: { authority: 'gateway.test', signatureInput: 'sluice=()', signature: 'sluice=:AA==:', contentDigest: '' },
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
};

it('makes an entry that the ledger takes, with a commitment that the detail opens', () => {
  const record = toAccessRecord(decided);
  const { entry } = decode(record.event);
  expect(entry).toMatchObject({ outcome: 'permit', commitment: commit(record.nonce, decided.detail) });
  expect(entry).not.toHaveProperty('reason');
  expect(record.nonce).toHaveLength(32);
});

it('commits to equal details differently each time, so that no guess can be compared', () => {
  const [one, another] = [toAccessRecord(decided), toAccessRecord(decided)];
  expect(decode(one.event).entry).not.toEqual(decode(another.event).entry);
});

it('denies by naming the reason', () => {
  const { event } = toAccessRecord({ ...decided, reason: 'NO_AGREEMENT' });
  expect(decode(event).entry).toMatchObject({ outcome: 'deny', reason: 'NO_AGREEMENT' });
});

it('says of a failure whose it was and what the caller was told', () => {
  const { event } = toFailureRecord(toAccessRecord(decided), 'population/residents', 'ADAPTER_TIMEOUT', decided.at);
  expect(decode(event).entry).toEqual({
    type: 'access.failed.v1',
    id: decided.id,
    source: 'gateway',
    time: '2026-11-23T08:00:00.123Z',
    consumer: decided.consumer,
    resource: 'population/residents',
    reason: 'ADAPTER_TIMEOUT',
  });
});

it('promises the leaf of RFC 6962 within the delay', () => {
  const record = toAccessRecord(decided);
  const leaf = createHash('sha256')
    .update(Buffer.concat([Buffer.of(0), record.event.data]))
    .digest('base64url');
  expect(toReceiptStub(record, 60_000)).toEqual({ id: decided.id, leaf, mergeBy: '2026-11-23T08:01:00.123Z' });
});
