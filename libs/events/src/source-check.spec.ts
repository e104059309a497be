import { sign } from 'node:crypto';
import { generateSigningKey } from '#exchange/keys.js';
import { signEvents } from './sign-events.js';
import { aFailure, gatewayKey, listed, populationKey } from './signed-event.fixture.js';
import { SourceCheck, type SourceKeys } from './source-check.js';
import { formatSourceProof, parseSourceProof, type SourceProof } from './source-proof.js';
import type { PublishedEvent } from './transport.js';

const stranger = generateSigningKey();
const keys = listed({ gateway: [gatewayKey], 'adapter/population': [populationKey], 'adapter/transport': [stranger] });
const faultIn = (check: SourceCheck, event: PublishedEvent) => check.faultsOf([event])[0];
const faultOf = (event: PublishedEvent, of: SourceKeys = keys) => faultIn(new SourceCheck(() => of), event);
const many = (count: number, from = 0) => Array.from({ length: count }, (_, n) => aFailure(from + n));
const group = signEvents(many(5), gatewayKey);
const another = signEvents(many(5, 100), gatewayKey);
const member = group[2]!;
const withProof = (change: (proof: SourceProof) => Partial<SourceProof>, of = member): PublishedEvent => {
  const proof = parseSourceProof(of.sourceproof!)!;
  return { ...of, sourceproof: formatSourceProof({ ...proof, ...change(proof) }) };
};

it('takes every event of a group, in whichever order and however often they come', () => {
  const check = new SourceCheck(() => keys);
  for (const event of [...group.toReversed(), ...group, ...another]) expect(faultIn(check, event)).toBeUndefined();
});

describe('a group that is whole in a batch', () => {
  const whole = (events: readonly PublishedEvent[], of: SourceKeys = keys) =>
    new SourceCheck(() => of).faultsOf(events);
  const own = (count: number) => Array.from({ length: count }, () => undefined);

  it('is taken, in whichever order, beside another and with events that come twice', () => {
    expect(whole([...group.toReversed(), ...another, ...group])).toEqual(own(15));
    expect(whole(signEvents(many(128), gatewayKey))).toEqual(own(128));
  });

  it('needs no path', () => {
    expect(whole(group.map((event) => withProof(() => ({ path: [] }), event)))).toEqual(own(5));
  });

  it.each<[string, PublishedEvent]>([
    ['with one event changed', { ...member, time: '2026-11-23T08:00:00.001Z' }],
    ['with another event of it in one place', { ...group[3]!, sourceproof: member.sourceproof! }],
    ['with an event of another group', { ...another[2]!, sourceproof: member.sourceproof! }],
    ['with an event in the name of another source', { ...member, source: 'adapter/population' }],
  ])('is taken apart %s, and that one is refused', (_, wrong) => {
    const faults = whole(group.with(2, wrong));
    expect(faults.map((fault) => fault === undefined)).toEqual([true, true, false, true, true]);
  });

  it('is taken behind another that claims its signature', () => {
    const claims = [withProof(() => ({ key: populationKey.kid })), withProof(() => ({ size: 6 }))];
    for (const other of [...claims, { ...member, source: 'adapter/population' }]) {
      expect(whole([other, ...group]).map((fault) => fault === undefined)).toEqual([false, ...group.map(() => true)]);
    }
  });

  it('is refused where somebody else signed it', () => {
    const forged = signEvents(many(5), stranger).map((event) => withProof(() => ({ key: gatewayKey.kid }), event));
    expect(new Set(whole(forged))).toEqual(new Set(['SIGNATURE_INVALID']));
    expect(new Set(whole(group, listed({ gateway: [populationKey] })))).toEqual(new Set(['KEY_UNKNOWN']));
  });

  it('says nothing that is not its source’s to say', () => {
    const decisions = many(3).map((event) => ({ ...event, source: 'adapter/population' }));
    expect(new Set(whole(signEvents(decisions, populationKey)))).toEqual(new Set(['NOT_ITS_TYPE']));
  });
});

it('takes what a P-256 key has signed', () => {
  const released = signEvents([{ ...aFailure(), source: 'adapter/population', type: 'x.v1' }], populationKey);
  expect(released.map((event) => faultOf(event))).toEqual([undefined]);
});

it.each<[string, PublishedEvent, string]>([
  ['without a proof', aFailure(), 'UNPROVEN'],
  ['with a proof that is none', { ...member, sourceproof: 'x' }, 'PROOF_MALFORMED'],
  ['of a source that is not listed', { ...member, source: 'adapter/nobody' }, 'SOURCE_UNKNOWN'],
  ['of a source named like a member of an object', { ...member, source: '__proto__' }, 'SOURCE_UNKNOWN'],
  ['by a key that nobody has listed', signEvents([aFailure()], generateSigningKey())[0]!, 'KEY_UNKNOWN'],
  ['by the key of another source', signEvents([aFailure()], populationKey)[0]!, 'KEY_UNKNOWN'],
  ['in the name of another source', { ...member, source: 'adapter/population' }, 'KEY_UNKNOWN'],
  [
    'under the name of another key',
    withProof(() => ({ key: gatewayKey.kid }), signEvents(many(1), stranger)[0]),
    'SIGNATURE_INVALID',
  ],
  ['with a proof of another group', { ...member, sourceproof: another[2]!.sourceproof! }, 'SIGNATURE_INVALID'],
  ['with the proof of its neighbour', { ...member, sourceproof: group[3]!.sourceproof! }, 'SIGNATURE_INVALID'],
  ['with another index', withProof(() => ({ index: 3 })), 'SIGNATURE_INVALID'],
  ['with another size', withProof(() => ({ size: 6 })), 'SIGNATURE_INVALID'],
  ['with a path in another order', withProof(({ path }) => ({ path: path.toReversed() })), 'SIGNATURE_INVALID'],
  ['with a path that is too short', withProof(({ path }) => ({ path: path.slice(1) })), 'SIGNATURE_INVALID'],
  ['with a path that is too long', withProof(({ path }) => ({ path: [...path, path[0]!] })), 'SIGNATURE_INVALID'],
  ['with another signature', withProof(() => ({ signature: Buffer.alloc(64, 7) })), 'SIGNATURE_INVALID'],
  ['with another id', { ...member, id: aFailure(9).id }, 'SIGNATURE_INVALID'],
  ['of another type', { ...member, type: 'registry.changed.v1' }, 'SIGNATURE_INVALID'],
  ['at another time', { ...member, time: '2026-11-23T08:00:00.001Z' }, 'SIGNATURE_INVALID'],
  ['under another key', { ...member, key: 'elsewhere' }, 'SIGNATURE_INVALID'],
  ['with other data', { ...member, data: aFailure(2, { reason: 'CALLER_GONE' }).data }, 'SIGNATURE_INVALID'],
])('does not take an event %s', (_, event, fault) => {
  expect(faultOf(event)).toBe(fault);
  const check = new SourceCheck(() => keys);
  for (const one of [...group, ...another]) faultIn(check, one);
  expect(faultIn(check, event)).toBe(fault);
});

it('takes neither a decision nor a change of the registry from a department', () => {
  const sources = { 'adapter/population': [populationKey], gateway: [gatewayKey] };
  const by = (source: string, type: string) => ({ ...aFailure(), source, type });
  for (const type of ['access.decided.v1', 'access.failed.v1', 'registry.changed.v1', 'access.erased.v1']) {
    const [event] = signEvents([by('adapter/population', type)], populationKey);
    expect(faultOf(event!, listed(sources))).toBe('NOT_ITS_TYPE');
  }
  for (const type of ['access.released.v1', 'release.erased.v1']) {
    const [event] = signEvents([by('gateway', type)], gatewayKey);
    expect(faultOf(event!, listed(sources))).toBe('NOT_ITS_TYPE');
  }
});

it('takes both keys while one takes the place of the other, and the old one no longer once it is off the list', () => {
  const next = generateSigningKey();
  let list = listed({ gateway: [gatewayKey, next] });
  const check = new SourceCheck(() => list);
  const [old, fresh] = [signEvents(many(2), gatewayKey), signEvents(many(2), next)];
  for (const event of [...old, ...fresh]) expect(faultIn(check, event)).toBeUndefined();
  list = listed({ gateway: [next] });
  expect(old.map((event) => faultIn(check, event))).toEqual(['KEY_UNKNOWN', 'KEY_UNKNOWN']);
  expect(fresh.map((event) => faultIn(check, event))).toEqual([undefined, undefined]);
});

it('does not take for a group what the same key has signed as something else', () => {
  const token = Buffer.from('eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJnYXRld2F5In0');
  const [event] = signEvents(many(1), gatewayKey);
  const signature = sign(null, token, gatewayKey.key);
  expect(faultOf(withProof(() => ({ signature }), event))).toBe('SIGNATURE_INVALID');
});
