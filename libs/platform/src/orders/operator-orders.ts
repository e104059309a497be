import { verifyOrder, type OrderTrust } from '#exchange/operator-order.js';
import type { SignedRequests } from '../replay/signed-requests.js';

/** Takes orders, each once: in all processes of a service together, and across restarts. */
export class OperatorOrders {
  constructor(
    private readonly trust: OrderTrust,
    private readonly requests: Pick<SignedRequests, 'use'>,
    private readonly now: () => Date,
  ) {}

  /**
   * The thumbprint of the key that ordered this body, one of `keys` where they are given in place of the operators'. The
   * order is used up, whatever becomes of it after. Throws OPERATOR_REQUIRED, ORDER_INVALID, REPLAYED, and
   * RECORD_UNAVAILABLE where it cannot be told whether it came before.
   */
  async take(token: string | undefined, body: unknown, keys: OrderTrust['keys'] = this.trust.keys): Promise<string> {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
    const order = verifyOrder(token, bytes, { ...this.trust, keys }, this.now());
    await this.requests.use(order);
    return order.kid;
  }
}
