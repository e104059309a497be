import { sha256 } from '#exchange/commitment.js';
import { signJws } from '#exchange/jws.js';
import { generateSigningKey } from '#exchange/keys.js';
import { Problem } from '#exchange/problem.js';
import { DECISION_TYPE, RELEASE_TYPE, type DecisionClaims } from '#exchange/tokens.js';
import { aDecision } from '../../../../test/sources/residents.js';
import { verifyDecision } from './verify-decision.js';

const key = generateSigningKey();
const trust = { issuer: 'gateway', department: 'population', keys: new Map([[key.kid, key.key]]) };
const body = Buffer.from('{"resource":"population/residents"}');
const now = new Date('2026-11-23T04:00:00.500Z');
const iat = Math.floor(now.getTime() / 1000);
const claims = aDecision({ iat, exp: iat + 30 }, body);
const sign = (changes: object = {}) => signJws({ ...claims, ...changes }, DECISION_TYPE, key);

function codeOf(token: string | undefined, of: Uint8Array = body, at = now): string | undefined {
  try {
    verifyDecision(token, of, trust, at);
  } catch (error) {
    return error instanceof Problem ? error.code : String(error);
  }
  return undefined;
}

it('takes what the gateway signed for this department and this body', () => {
  const token = sign();
  expect(verifyDecision(token, body, trust, now)).toEqual({ claims, digest: sha256(token), token });
});

it('wants a decision', () => {
  expect(codeOf(undefined)).toBe('DECISION_INVALID');
  expect(codeOf('')).toBe('DECISION_INVALID');
});

it.each([
  ['signed by another key', signJws(claims, DECISION_TYPE, generateSigningKey())],
  ['of another type', signJws(claims, RELEASE_TYPE, key)],
  [
    'with a changed payload',
    sign().replace(/\.[^.]*\./, `.${Buffer.from(JSON.stringify(claims)).toString('base64url')}x.`),
  ],
  ['sent twice', `${sign()}, ${sign()}`],
  ['of another gateway', sign({ iss: 'mirror' })],
  ['with a member that is not known', sign({ nbf: iat })],
  ['with an obligation that is not known', sign({ obligations: { ...claims.obligations, watermark: true } })],
  [
    'with a transform that is not known',
    sign({ obligations: { ...claims.obligations, fields: { name: { kind: 'blur' } } } }),
  ],
  [
    'with a parameter of a transform that is not known',
    sign({ obligations: { ...claims.obligations, fields: { name: { kind: 'clear', until: 1 } } } }),
  ],
  ['without obligations', sign({ obligations: undefined })],
  ['without an agreement', sign({ agreements: [] })],
  ['without an id', sign({ jti: 'once' })],
])('refuses one %s', (_, token) => {
  expect(codeOf(token)).toBe('DECISION_INVALID');
});

it('refuses one for another adapter', () => {
  expect(codeOf(sign({ aud: 'real-estate' }))).toBe('DECISION_NOT_FOR_US');
});

it('refuses one about another body, were it by a blank', () => {
  expect(codeOf(sign(), Buffer.from(`${body.toString()} `))).toBe('DECISION_INVALID');
  expect(codeOf(sign(), Buffer.alloc(0))).toBe('DECISION_INVALID');
});

it.each<[string, Partial<DecisionClaims>, string | undefined]>([
  ['that ends this second', { iat: iat - 30, exp: iat }, 'DECISION_EXPIRED'],
  ['that ends in the next second', { iat: iat - 30, exp: iat + 1 }, undefined],
  ['that is long over', { iat: iat - 3600, exp: iat - 3570 }, 'DECISION_EXPIRED'],
  ['that lives for a minute', { exp: iat + 60 }, undefined],
  ['that lives for longer', { exp: iat + 61 }, 'DECISION_INVALID'],
  ['that ends before it begins', { iat: iat + 2, exp: iat + 1 }, 'DECISION_INVALID'],
  ['of a clock a little ahead', { iat: iat + 5, exp: iat + 30 }, undefined],
  ['from the future', { iat: iat + 6, exp: iat + 30 }, 'DECISION_INVALID'],
])('judges the time of one %s', (_, times, code) => {
  expect(codeOf(sign(times))).toBe(code);
});
