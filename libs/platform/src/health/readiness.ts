import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Problem } from '#exchange/problem.js';
import { reluctantReporter } from '../reluctant-reporter.js';

/** Why a service is not ready, in words that anybody may read: no name of a host, a table or a file. */
export class NotReady extends Error {
  override readonly name = 'NotReady';
}

/**
 * Resolves when all is well. Throws or rejects with what is wrong: NotReady and Problem are shown as they are; of anything
 * else, such as a driver's error, it is said that there is one, and the log gets the rest.
 */
export type ReadinessCheck = () => Promise<void> | void;

export interface ReadinessReport {
  readonly ready: boolean;
  /** `ok`, or what is wrong. */
  readonly checks: Readonly<Record<string, string>>;
}

export const READINESS_LOGGER = Symbol('ReadinessLogger');

interface Registered {
  readonly check: ReadinessCheck;
  readonly failed: (error: unknown) => void;
}

/** What a service needs to do its work. Each part registers its own check. */
@Injectable()
export class Readiness {
  private readonly checks = new Map<string, Registered>();
  private draining = false;

  constructor(@Inject(READINESS_LOGGER) private readonly logger: Pick<Logger, 'error'>) {}

  register(name: string, check: ReadinessCheck): void {
    this.checks.set(name, { check, failed: reluctantReporter(this.logger, `not ready: ${name}`) });
  }

  /** From now on no new work is wanted: the load balancer is told before the door closes. */
  drain(): void {
    this.draining = true;
  }

  async report(): Promise<ReadinessReport> {
    if (this.draining) return { ready: false, checks: { service: 'is stopping' } };
    const results = await Promise.all([...this.checks].map(async ([name, one]) => [name, await run(one)] as const));
    return { ready: results.every(([, result]) => result === 'ok'), checks: Object.fromEntries(results) };
  }
}

const CHECK_TIMEOUT_MS = 2000;

async function run({ check, failed }: Registered): Promise<string> {
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new NotReady(`no answer within ${CHECK_TIMEOUT_MS} ms`));
  }, CHECK_TIMEOUT_MS);
  try {
    await Promise.race([Promise.resolve().then(check), timeout]);
    return 'ok';
  } catch (error) {
    failed(error);
    return error instanceof NotReady || error instanceof Problem ? error.message : 'does not work: the log says why';
  } finally {
    clearTimeout(timer);
  }
}
