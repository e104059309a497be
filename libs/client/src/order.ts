import { randomUUID } from 'node:crypto';
import type { SigningKey } from '#exchange/keys.js';
import { orderAudience, signOrder } from '#exchange/operator-order.js';

/** Who orders, and in which installation. */
export interface Orderer {
  readonly key: SigningKey;
  /**
   * The origin of the installation's logs, as whoever orders knows it: never as the service itself says it, which would let one
   * service have orders for another.
   */
  readonly origin: string;
}

/** An order for this body, by the JWS `type`, to one source of events. Each is good once. `now` in milliseconds since 1970. */
export function orderFor(
  body: string,
  { source, type }: { readonly source: string; readonly type: string },
  { key, origin }: Orderer,
  now: number,
): string {
  return signOrder(body, { audience: orderAudience(source, origin), type }, key, { now, jti: randomUUID() });
}
