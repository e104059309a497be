import type { KeyObject } from 'node:crypto';
import { sha256 } from '#exchange/commitment.js';
import { ERASURE_LIFETIME, ERASURE_TYPE, erasureClaims } from '#exchange/erasure.js';
import { JwsError, verifyJws } from '#exchange/jws.js';
import { Problem } from '#exchange/problem.js';

/** How far the operator's clock may be ahead of ours. Seconds. */
const CLOCK_SKEW = 5;

export interface OrderTrust {
  /** Whom the department lets erase, by thumbprint. Empty where it lets nobody. */
  readonly operators: ReadonlyMap<string, KeyObject>;
  readonly department: string;
}

/**
 * The thumbprint of the operator who ordered this very body to be carried out, here and now. The gateway's key is none:
 * what a department holds against the gateway is not the gateway's to destroy. An order that is sent twice changes
 * nothing, so nobody remembers it. Throws OPERATOR_REQUIRED or ORDER_INVALID.
 */
export function verifyOrder(token: string | undefined, body: Uint8Array, trust: OrderTrust, now: Date): string {
  if (token === undefined) throw new Problem('OPERATOR_REQUIRED');
  const { payload, kid } = read(token, trust);
  const result = erasureClaims.safeParse(payload);
  if (!result.success) throw new Problem('ORDER_INVALID', 'the order says something that is not known here');
  const { aud, iat, exp, request } = result.data;
  const seconds = now.getTime() / 1000;
  if (aud !== trust.department) throw new Problem('ORDER_INVALID', 'the order is for another department');
  if (exp <= iat || exp - iat > ERASURE_LIFETIME) throw new Problem('ORDER_INVALID', 'the order lives too long');
  if (iat > seconds + CLOCK_SKEW) throw new Problem('ORDER_INVALID', 'the order is from the future');
  if (exp <= seconds) throw new Problem('ORDER_INVALID', 'the order has expired');
  if (request !== sha256(body)) throw new Problem('ORDER_INVALID', 'the order is about another request');
  return kid;
}

function read(token: string, { operators }: OrderTrust) {
  try {
    return verifyJws(token, ERASURE_TYPE, operators);
  } catch (error) {
    if (!(error instanceof JwsError)) throw error;
    if (error.code === 'JWS_KEY_UNKNOWN') throw new Problem('OPERATOR_REQUIRED', 'this department knows no such key');
    throw new Problem('ORDER_INVALID', 'the signature does not verify');
  }
}
