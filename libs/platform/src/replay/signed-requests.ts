import { orRecordUnavailable, Problem } from '#exchange/problem.js';
import { CLOCK_WINDOW } from '#exchange/signature-profile.js';
import { GroupCommit } from '../group-commit.js';
import { Repeating } from '../repeating.js';
import type { SignedRequest, SignedRequestRepository } from './signed-request.repository.js';

/** Clocks of processes may differ: a request is remembered for several windows. No order lives longer. Milliseconds. */
const REMEMBERED_MS = 10 * CLOCK_WINDOW * 1000;
const FORGET_EVERY_MS = 60_000;

/**
 * Which signed requests and orders were made, in all processes of a service together. Not exchanges: those are their own
 * record.
 */
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
  async use({ id, created }: SignedRequest): Promise<void> {
    const isNew = await orRecordUnavailable(this.adding.submit({ id, created }));
    if (!isNew) throw new Problem('REPLAYED');
  }
}
