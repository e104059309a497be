import { createHash, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { sha256 } from './commitment.js';
import { JwsError, signJws, verifyJws } from './jws.js';
import type { SigningKey } from './keys.js';
import { Problem } from './problem.js';
import { digest } from './tokens.js';

/**
 * An order to a service that keeps no registry of who may ask: a compact JWS in a header of the service's own, signed by a key
 * that the service was told of. It is good for the body with this digest, at this service of this installation, for a minute
 * at the most, and once: `jti` tells it from every other order.
 */
export const orderClaims = z.strictObject({
  aud: z.string().min(1).max(400),
  iat: z.int(),
  exp: z.int(),
  jti: z.uuid(),
  request: digest,
});
export type OrderClaims = z.infer<typeof orderClaims>;

/** Seconds. */
export const ORDER_LIFETIME = 60;
/** How far the clock of who orders may be ahead of ours. Seconds. */
const CLOCK_SKEW = 5;

/** Who is ordered, and what kind of order it is: one for another purpose is none. */
export interface OrderPurpose {
  /** See `orderAudience`. */
  readonly audience: string;
  /** The JWS's `typ`. */
  readonly type: string;
}

export interface OrderTrust extends OrderPurpose {
  /** Whose orders are carried out, by thumbprint. Empty where nobody's are. */
  readonly keys: ReadonlyMap<string, KeyObject>;
}

/** An order that was found good. */
export interface Order {
  /** Of the key that ordered it. */
  readonly kid: string;
  /** A UUID that no other order has, whichever key signed that. */
  readonly id: string;
  readonly created: Date;
}

/**
 * Whom an order is for: a source of events (`ledger`, `adapter/<department>`) of the installation whose logs have this origin.
 * No two installations have one origin, but one operator's key may be trusted in several.
 */
export function orderAudience(source: string, origin: string): string {
  return `${source}@${origin}`;
}

/** `now` in milliseconds since 1970; `jti` a UUID at random. */
export function signOrder(
  body: string,
  { audience, type }: OrderPurpose,
  key: SigningKey,
  { now, jti }: { readonly now: number; readonly jti: string },
): string {
  const iat = Math.floor(now / 1000);
  const claims: OrderClaims = { aud: audience, iat, exp: iat + ORDER_LIFETIME, jti, request: sha256(body) };
  return signJws(claims, type, key);
}

/**
 * The order to do this very body, here and now, by one of the keys. No other key orders anything: what a department holds
 * against the gateway is not the gateway's to destroy. Whether it came before is for the caller to remember, by its id.
 * Throws OPERATOR_REQUIRED or ORDER_INVALID.
 */
export function verifyOrder(token: string | undefined, body: Uint8Array, trust: OrderTrust, now: Date): Order {
  if (token === undefined) throw new Problem('OPERATOR_REQUIRED');
  const { payload, kid } = read(token, trust);
  const result = orderClaims.safeParse(payload);
  if (!result.success) throw new Problem('ORDER_INVALID', 'the order says something that is not known here');
  const { aud, iat, exp, jti, request } = result.data;
  const seconds = now.getTime() / 1000;
  if (aud !== trust.audience) throw new Problem('ORDER_INVALID', 'the order is for another service or installation');
  if (exp <= iat || exp - iat > ORDER_LIFETIME) throw new Problem('ORDER_INVALID', 'the order lives too long');
  if (iat > seconds + CLOCK_SKEW) throw new Problem('ORDER_INVALID', 'the order is from the future');
  if (exp <= seconds) throw new Problem('ORDER_INVALID', 'the order has expired');
  if (request !== sha256(body)) throw new Problem('ORDER_INVALID', 'the order is about another request');
  return { kid, id: orderId(kid, jti), created: new Date(iat * 1000) };
}

/** By both, so that nobody uses up another's order by taking its `jti`. UUIDs are compared without regard to case. */
function orderId(kid: string, jti: string): string {
  const hash = createHash('sha256').update(`sluice order\n${kid}\n${jti.toLowerCase()}`).digest('hex');
  return hash.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function read(token: string, { keys, type }: OrderTrust) {
  try {
    return verifyJws(token, type, keys);
  } catch (error) {
    if (!(error instanceof JwsError)) throw error;
    if (error.code === 'JWS_KEY_UNKNOWN') throw new Problem('OPERATOR_REQUIRED', 'this service knows no such key');
    throw new Problem('ORDER_INVALID', 'the signature does not verify');
  }
}
