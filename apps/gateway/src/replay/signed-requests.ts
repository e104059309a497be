import { Problem } from '#exchange/problem.js';
import { CLOCK_WINDOW } from '#exchange/signature-profile.js';
import { GroupCommit } from '#platform/group-commit.js';
import { Repeating } from '#platform/repeating.js';
import type { AuthenticCaller } from '../signature/authentic-caller.js';
import type { SignedRequest, SignedRequestRepository } from './signed-request.repository.js';

/** Clocks of gateways may differ: a request is remembered for several windows. Milliseconds. */
const REMEMBERED_MS = 10 * CLOCK_WINDOW * 1000;
const FORGET_EVERY_MS = 60_000;

/** Which signed requests were made, besides exchanges: those are their own record. */
export class SignedRequests {
  private readonly adding: GroupCommit<SignedRequest, boolean>;
  private readonly forgetting: Repeating;

  constructor(repository: SignedRequestRepository, now: () => Date, onError: (error: unknown) => void) {
    this.adding = new GroupCommit((requests) => repository.add(requests));
    this.forgetting = new Repeating(
      () => repository.forget(new Date(now().getTime() - REMEMBERED_MS)),
      FORGET_EVERY_MS,
      onError,
    );
  }

  start(): void {
    this.forgetting.start();
  }

  stop(): Promise<void> {
    return this.forgetting.stop();
  }

  /** Throws REPLAYED where the request was made before, and RECORD_UNAVAILABLE where that cannot be told. */
  async use({ exchangeId, created }: Pick<AuthenticCaller, 'exchangeId' | 'created'>): Promise<void> {
    if (!(await this.add({ id: exchangeId, created: new Date(created * 1000) }))) throw new Problem('REPLAYED');
  }

  private async add(request: SignedRequest): Promise<boolean> {
    try {
      return await this.adding.submit(request);
    } catch (cause) {
      throw new Problem('RECORD_UNAVAILABLE', undefined, {}, { cause });
    }
  }
}
