import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { sha256 } from './commitment.js';
import { JwsError, signJws, verifyJws } from './jws.js';
import type { SigningKey } from './keys.js';
import { departmentId } from './names.js';
import { Problem } from './problem.js';
import { digest } from './tokens.js';

/**
 * An operator's order to a service that keeps no registry of requests: a compact JWS in a header of the service's own, signed
 * by a key that the service was told of, and good for the body with this digest, at this service, for a minute at the most.
 */
export const orderClaims = z.strictObject({ aud: departmentId, iat: z.int(), exp: z.int(), request: digest });
export type OrderClaims = z.infer<typeof orderClaims>;

/** Seconds. */
export const ORDER_LIFETIME = 60;
/** How far the operator's clock may be ahead of ours. Seconds. */
const CLOCK_SKEW = 5;

/** Who is ordered, and what kind of order it is: one for another purpose is none. */
export interface OrderPurpose {
  readonly audience: string;
  /** The JWS's `typ`. */
  readonly type: string;
}

export interface OrderTrust extends OrderPurpose {
  /** Whose orders are carried out, by thumbprint. Empty where nobody's are. */
  readonly operators: ReadonlyMap<string, KeyObject>;
}

/** `now` in milliseconds since 1970. */
export function signOrder(body: string, { audience, type }: OrderPurpose, key: SigningKey, now: number): string {
  const iat = Math.floor(now / 1000);
  const claims: OrderClaims = { aud: audience, iat, exp: iat + ORDER_LIFETIME, request: sha256(body) };
  return signJws(claims, type, key);
}

/**
 * The thumbprint of the operator who ordered this very body to be carried out, here and now. No other key is an operator's:
 * what a department holds against the gateway is not the gateway's to destroy. An order that is sent twice must change
 * nothing, for nobody remembers it. Throws OPERATOR_REQUIRED or ORDER_INVALID.
 */
export function verifyOrder(token: string | undefined, body: Uint8Array, trust: OrderTrust, now: Date): string {
  if (token === undefined) throw new Problem('OPERATOR_REQUIRED');
  const { payload, kid } = read(token, trust);
  const result = orderClaims.safeParse(payload);
  if (!result.success) throw new Problem('ORDER_INVALID', 'the order says something that is not known here');
  const { aud, iat, exp, request } = result.data;
  const seconds = now.getTime() / 1000;
  if (aud !== trust.audience) throw new Problem('ORDER_INVALID', 'the order is for another department');
  if (exp <= iat || exp - iat > ORDER_LIFETIME) throw new Problem('ORDER_INVALID', 'the order lives too long');
  if (iat > seconds + CLOCK_SKEW) throw new Problem('ORDER_INVALID', 'the order is from the future');
  if (exp <= seconds) throw new Problem('ORDER_INVALID', 'the order has expired');
  if (request !== sha256(body)) throw new Problem('ORDER_INVALID', 'the order is about another request');
  return kid;
}

function read(token: string, { operators, type }: OrderTrust) {
  try {
    return verifyJws(token, type, operators);
  } catch (error) {
    if (!(error instanceof JwsError)) throw error;
    if (error.code === 'JWS_KEY_UNKNOWN') throw new Problem('OPERATOR_REQUIRED', 'this service knows no such key');
    throw new Problem('ORDER_INVALID', 'the signature does not verify');
  }
}
