import { sha256 } from './commitment.js';
import { ERASURE_TYPE } from './erasure.js';
import { signJws } from './jws.js';
import { generateSigningKey, importPublicJwk, publicJwk } from './keys.js';
import { orderAudience, signOrder, verifyOrder, type OrderClaims } from './operator-order.js';
import { Problem } from './problem.js';
import { DECISION_TYPE } from './tokens.js';

const [operator, gateway] = [generateSigningKey(), generateSigningKey()];
const NOW = new Date('2026-11-23T09:00:00Z');
const seconds = NOW.getTime() / 1000;
const body = Buffer.from('{"subject":"x"}');
const JTI = '0f8fad5b-d9cb-469f-a165-70867728950e';
const audience = orderAudience('adapter/population', 'sluice.test/evidence');
const trust = {
  audience,
  type: ERASURE_TYPE,
  keys: new Map([[operator.kid, importPublicJwk(publicJwk(operator.key)).key]]),
};
const claims: OrderClaims = { aud: audience, iat: seconds, exp: seconds + 60, jti: JTI, request: sha256(body) };

function outcome(token: string | undefined, of: Uint8Array = body): string {
  try {
    return verifyOrder(token, of, trust, NOW).kid;
  } catch (error) {
    return error instanceof Problem ? error.code : String(error);
  }
}
const order = (changes: Partial<OrderClaims> = {}) => signJws({ ...claims, ...changes }, ERASURE_TYPE, operator);

it('names the operator who ordered it', () => {
  expect(outcome(signOrder(body.toString(), trust, operator, { now: NOW.getTime(), jti: JTI }))).toBe(operator.kid);
  expect(outcome(order())).toBe(operator.kid);
});

it.each<[string, string | undefined, string]>([
  ['none', undefined, 'OPERATOR_REQUIRED'],
  ["the gateway's", signJws(claims, ERASURE_TYPE, gateway), 'OPERATOR_REQUIRED'],
  ['one that is no JWS', 'x.y.z', 'ORDER_INVALID'],
  ['a token for another use', signJws(claims, DECISION_TYPE, operator), 'ORDER_INVALID'],
  [
    'one for another department',
    order({ aud: orderAudience('adapter/transport', 'sluice.test/evidence') }),
    'ORDER_INVALID',
  ],
  ['one for another installation', order({ aud: orderAudience('adapter/population', 'sluice.test') }), 'ORDER_INVALID'],
  ['one for the department alone', order({ aud: 'population' }), 'ORDER_INVALID'],
  ['one that cannot be told from others', order({ jti: '1' }), 'ORDER_INVALID'],
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

it('is one order by its key and its jti, however it is spelled and whatever it is about', () => {
  const other = generateSigningKey();
  const both = { ...trust, keys: new Map([...trust.keys, [other.kid, importPublicJwk(publicJwk(other.key)).key]]) };
  const idOf = (key: typeof operator, changes: Partial<OrderClaims> = {}) =>
    verifyOrder(signJws({ ...claims, ...changes }, ERASURE_TYPE, key), body, both, NOW).id;
  expect(idOf(operator, { iat: seconds - 1, exp: seconds + 1, jti: JTI.toUpperCase() })).toBe(idOf(operator));
  expect(idOf(other)).not.toBe(idOf(operator));
  expect(idOf(operator, { jti: '0f8fad5b-d9cb-469f-a165-70867728950f' })).not.toBe(idOf(operator));
});
