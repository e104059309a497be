import { sha256 } from './commitment.js';
import { ERASURE_TYPE } from './erasure.js';
import { signJws } from './jws.js';
import { generateSigningKey, importPublicJwk, publicJwk } from './keys.js';
import { signOrder, verifyOrder, type OrderClaims } from './operator-order.js';
import { Problem } from './problem.js';
import { DECISION_TYPE } from './tokens.js';

const [operator, gateway] = [generateSigningKey(), generateSigningKey()];
const NOW = new Date('2026-11-23T09:00:00Z');
const seconds = NOW.getTime() / 1000;
const body = Buffer.from('{"subject":"x"}');
const trust = {
  audience: 'population',
  type: ERASURE_TYPE,
  operators: new Map([[operator.kid, importPublicJwk(publicJwk(operator.key)).key]]),
};
const claims: OrderClaims = { aud: 'population', iat: seconds, exp: seconds + 60, request: sha256(body) };

function outcome(token: string | undefined, of: Uint8Array = body): string {
  try {
    return verifyOrder(token, of, trust, NOW);
  } catch (error) {
    return error instanceof Problem ? error.code : String(error);
  }
}
const order = (changes: Partial<OrderClaims> = {}) => signJws({ ...claims, ...changes }, ERASURE_TYPE, operator);

it('names the operator who ordered it', () => {
  expect(outcome(signOrder(body.toString(), trust, operator, NOW.getTime()))).toBe(operator.kid);
  expect(outcome(order())).toBe(operator.kid);
});

it.each<[string, string | undefined, string]>([
  ['none', undefined, 'OPERATOR_REQUIRED'],
  ["the gateway's", signJws(claims, ERASURE_TYPE, gateway), 'OPERATOR_REQUIRED'],
  ['one that is no JWS', 'x.y.z', 'ORDER_INVALID'],
  ['a token for another use', signJws(claims, DECISION_TYPE, operator), 'ORDER_INVALID'],
  ['one for another department', order({ aud: 'transport' }), 'ORDER_INVALID'],
  ['one that has expired', order({ iat: seconds - 61, exp: seconds - 1 }), 'ORDER_INVALID'],
  ['one from the future', order({ iat: seconds + 10, exp: seconds + 20 }), 'ORDER_INVALID'],
  ['one that lives long', order({ exp: seconds + 3600 }), 'ORDER_INVALID'],
  ['one with a claim more', signJws({ ...claims, all: true }, ERASURE_TYPE, operator), 'ORDER_INVALID'],
  ['one that was changed', `${order().slice(0, -4)}AAAA`, 'ORDER_INVALID'],
])('refuses %s', (_, token, code) => {
  expect(outcome(token)).toBe(code);
});

it('refuses one about another body', () => {
  expect(outcome(order(), Buffer.from('{}'))).toBe('ORDER_INVALID');
});
