import fc from 'fast-check';
import { canonicalJson, sha256 } from '#exchange/commitment.js';
import { signJws } from '#exchange/jws.js';
import { generateSigningKey } from '#exchange/keys.js';
import { RELEASE_TYPE } from '#exchange/tokens.js';
import { portableNoteSigner } from '#merkle/sign-note.js';
import {
  aDecision,
  adapterKey,
  claims,
  data,
  evidence,
  ORIGIN,
  prove,
  trustFileOfTests,
  promisedBy,
} from '../../test/evidence.js';
import { readTrust } from '../trust.js';
import { verifyReceipt, type Evidence } from './verify-receipt.js';

const trust = readTrust(trustFileOfTests);
const failed = (of: Evidence, by = trust) =>
  verifyReceipt(of, by)
    .checks.filter(({ ok }) => !ok)
    .map(({ name }) => name);

describe('honest evidence', () => {
  it('of a release shows all that there is to show', () => {
    const result = verifyReceipt(evidence(), trust);
    expect(result.ok).toBe(true);
    expect(result.checks.map(({ name }) => name)).toEqual([
      'decision-in-log',
      'decision-entry',
      'decision-details',
      'request',
      'release-in-log',
      'release-entry',
      'release-pairs',
      'release-signed',
      'release-content',
      'data',
    ]);
    expect(result.decision?.consumer).toBe('housing/eligibility');
    expect(result.release?.rows).toBe(1);
  });

  it('of a denial shows the decision alone', () => {
    const denied = evidence({ decision: { outcome: 'deny', reason: 'NO_AGREEMENT' }, release: undefined });
    const result = verifyReceipt(denied, trust);
    expect(result.ok).toBe(true);
    expect(result.checks.map(({ name }) => name)).toEqual([
      'decision-in-log',
      'decision-entry',
      'decision-details',
      'request',
    ]);
  });

  it('of a failure shows that nothing was given', () => {
    const result = verifyReceipt(evidence({ release: undefined, failure: {} }), trust);
    expect(result.ok).toBe(true);
    expect(result.failure?.reason).toBe('ADAPTER_TIMEOUT');
  });

  it('stays valid once the details are erased, and says that they are not shown', () => {
    const whole = evidence();
    const { opening, ...rest } = whole.receipt;
    const erased = verifyReceipt({ ...whole, receipt: rest }, trust);
    expect(opening).toBeDefined();
    expect(erased.ok).toBe(true);
    expect(erased.notProven.map(({ en }) => en).join('\n')).toContain('were erased');
  });

  it('speaks both languages in each sentence, and never shows the values', () => {
    const { checks, notProven } = verifyReceipt(evidence(), trust);
    for (const { en, zh } of [...checks.map(({ sentence }) => sentence), ...notProven]) {
      expect(en).toMatch(/^[A-Z].*\.$/s);
      expect(zh).toMatch(/\p{Script=Han}.*。$/su);
      expect(en + zh).not.toContain('王');
    }
  });

  it('without the answer says that the values are not shown', () => {
    const { receipt } = evidence();
    const { ok, notProven } = verifyReceipt({ receipt }, trust);
    expect(ok).toBe(true);
    expect(notProven.map(({ en }) => en).join('\n')).toContain('the answer is not in this file');
  });

  it('of a permit alone says that its outcome is not shown', () => {
    const { notProven } = verifyReceipt(evidence({ release: undefined }), trust);
    expect(notProven[0]?.en).toContain('neither a release nor a failure');
  });
});

it('holds the gateway to what it promised with its answer', () => {
  const whole = evidence();
  const promised = promisedBy(whole);
  expect(verifyReceipt({ ...whole, promised }, trust).checks.map(({ name }) => name)).toContain('promise');
  expect(failed({ ...whole, promised })).toEqual([]);
  expect(failed({ ...whole, promised: { ...promised, leaf: sha256('another') } })).toEqual(['promise']);
});

describe('evidence that somebody changed', () => {
  const whole = evidence();
  const { receipt } = whole;
  const answer = whole.answer!;

  it.each<[string, Evidence, string[]]>([
    ['the data', { ...whole, answer: { ...answer, data: { rows: [{ name: '李*', district: '西湖区' }] } } }, ['data']],
    ['a row less', { ...whole, answer: { ...answer, data: { rows: [] } } }, ['data']],
    ['the request', { ...whole, request: '{}' }, ['request', 'data']],
    [
      'the officer',
      {
        ...whole,
        receipt: {
          ...receipt,
          opening: { ...receipt.opening!, detail: { ...receipt.opening!.detail, officer: 'me' } },
        },
      },
      ['decision-details'],
    ],
    [
      'the release, signed by another key',
      { ...whole, answer: { data, release: signJws(claims(), RELEASE_TYPE, generateSigningKey()) } },
      ['release-signed'],
    ],
    [
      'the release, signed as something else',
      { ...whole, answer: { data, release: signJws(claims(), 'sluice-decision+jwt', adapterKey) } },
      ['release-signed'],
    ],
    [
      'the id',
      { ...whole, receipt: { ...receipt, id: '018bcfe5-6800-8a1d-ab73-17a77cb3aedb' } },
      ['decision-entry', 'release-entry'],
    ],
    [
      'the index',
      { ...whole, receipt: { ...receipt, decision: { ...receipt.decision, index: 3 } } },
      ['decision-in-log'],
    ],
    [
      'the log’s name',
      { ...whole, receipt: { ...receipt, decision: { ...receipt.decision, origin: 'other' } } },
      ['decision-in-log'],
    ],
    [
      'the two entries changed over',
      { ...whole, receipt: { ...receipt, decision: receipt.release!, release: receipt.decision } },
      ['decision-entry', 'release-entry'],
    ],
    ['data without a release', { ...whole, receipt: { id: receipt.id, decision: receipt.decision } }, ['data']],
  ])('%s', (_name, changed, names) => {
    expect(failed(changed)).toEqual(names);
  });

  it('in an entry, however little', () => {
    const { entry } = receipt.decision;
    fc.assert(
      fc.property(fc.nat(entry.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, by) => {
        fc.pre(entry[at] !== by);
        const changed = entry.slice(0, at) + by + entry.slice(at + 1);
        const decision = { ...receipt.decision, entry: changed };
        return failed({ ...whole, receipt: { ...receipt, decision } }).includes('decision-in-log');
      }),
    );
  });

  it('in a proof, however little', () => {
    const { proof } = receipt.decision;
    fc.assert(
      fc.property(fc.nat(proof.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, by) => {
        fc.pre(proof[at] !== by);
        const decision = { ...receipt.decision, proof: proof.slice(0, at) + by + proof.slice(at + 1) };
        return failed({ ...whole, receipt: { ...receipt, decision } }).join() === 'decision-in-log';
      }),
    );
  });
});

describe('parts that do not belong together', () => {
  it.each<[string, Parameters<typeof evidence>[0], string[]]>([
    [
      'a release for another consumer',
      { release: { consumer: 'planning/land-use' } },
      ['release-pairs', 'release-content'],
    ],
    ['a release of another resource', { release: { resource: 'population/moves' } }, ['release-pairs']],
    ['a release for another purpose', { release: { purpose: 'gov:SocialAssistance' } }, ['release-pairs']],
    ['a release under other agreements', { release: { policy: sha256('others') } }, ['release-pairs']],
    ['a release by another department', { release: { source: 'adapter/transport' } }, ['release-pairs']],
    [
      'a field that was not asked for',
      { release: { fields: ['name', 'mobile'] } },
      ['release-pairs', 'release-content'],
    ],
    ['a release after a denial', { decision: { outcome: 'deny', reason: 'NO_AGREEMENT' } }, ['release-pairs']],
    ['a signed release of another decision', { claims: { decision: sha256('another') } }, ['release-content']],
    ['a signed release with other counts', { claims: { rows: 2 } }, ['release-content', 'data']],
    ['a signed release of other data', { claims: { data: sha256('other') } }, ['release-content', 'data']],
    ['a signed release for another request', { claims: { request: sha256('other') } }, ['release-content', 'data']],
    ['a signed release in another name', { claims: { iss: 'transport' } }, ['release-content']],
    [
      'a signed release of another exchange',
      { claims: { jti: '018bcfe5-6800-8a1d-ab73-17a77cb3aedb' } },
      ['release-content'],
    ],
    [
      'a failure of another resource',
      { release: undefined, failure: { resource: 'population/moves' } },
      ['failure-pairs'],
    ],
    [
      'a failure that another service wrote',
      { release: undefined, failure: { source: 'adapter/x' } },
      ['failure-pairs'],
    ],
  ])('%s', (_name, parts, names) => {
    expect(failed(evidence(parts))).toEqual(names);
  });

  it('an entry that is not canonical, though the log holds it', () => {
    const { receipt } = evidence({ release: undefined });
    const decision = prove([JSON.stringify(aDecision(), undefined, 1)], 0);
    expect(failed({ receipt: { ...receipt, decision } })).toEqual(['decision-entry']);
  });

  it('an entry with a member that no contract knows', () => {
    const { receipt } = evidence({ release: undefined });
    const decision = prove([canonicalJson({ ...aDecision(), note: 'x' })], 0);
    expect(failed({ receipt: { ...receipt, decision } })).toEqual(['decision-entry']);
  });
});

describe('whom the verifier trusts', () => {
  it('is what counts for the log', () => {
    const impostor = portableNoteSigner(ORIGIN, new Uint8Array(32).fill(8));
    const { receipt } = evidence({ release: undefined });
    const decision = prove([canonicalJson(aDecision())], 0, impostor);
    expect(failed({ receipt: { ...receipt, decision } })).toEqual(['decision-in-log']);
    expect(failed({ receipt }, { ...trust, logs: new Map() })).toEqual(['decision-in-log']);
  });

  it('is what counts for the department', () => {
    expect(failed(evidence(), { ...trust, departments: new Map() })).toEqual(['release-signed']);
  });

  it('cannot be a log under another log’s name, nor a key that is none', () => {
    const [log] = trustFileOfTests.logs;
    expect(() => readTrust({ ...trustFileOfTests, logs: [{ ...log!, origin: 'other' }] })).toThrow('is called');
    expect(() => readTrust({ ...trustFileOfTests, logs: [{ ...log!, vkey: 'x+y+z' }] })).toThrow('cannot be used');
  });
});

it('tells that nobody was shown to have sent a forged request', () => {
  const forged = evidence({
    decision: { authenticated: false, outcome: 'deny', reason: 'SIGNATURE_INVALID' },
    release: undefined,
  });
  const { ok, checks } = verifyReceipt(forged, trust);
  expect(ok).toBe(true);
  expect(checks.find(({ name }) => name === 'decision-details')?.sentence.en).toContain('No signature showed');
});
