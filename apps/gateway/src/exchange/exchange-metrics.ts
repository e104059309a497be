import { Counter, Histogram, type Registry } from 'prom-client';
import { Problem } from '#exchange/problem.js';
import { commitItems } from '#platform/metrics/commit-items.js';

const MILLISECONDS = 1000;

/** How exchanges end, how long they take, and what of it the adapters and the database do. No label names a caller. */
export class ExchangeMetrics {
  private readonly exchanges: Counter<'reason'>;
  private readonly duration: Histogram;
  private readonly adapter: Histogram<'department'>;
  private readonly commits: Histogram<'kind'>;
  private readonly refusals: Counter<'code' | 'key'>;
  private readonly forgotten: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.exchanges = new Counter({
      name: 'sluice_exchanges_total',
      help: 'Exchanges by how they ended: released, or the code of the problem',
      labelNames: ['reason'],
      registers,
    });
    this.duration = new Histogram({
      name: 'sluice_exchange_duration_seconds',
      help: 'From the checked signature to the answer',
      buckets: [0.001, 0.002, 0.004, 0.008, 0.015, 0.03, 0.06, 0.125, 0.25, 0.5, 1, 2, 4, 8, 16],
      registers,
    });
    this.adapter = new Histogram({
      name: 'sluice_adapter_duration_seconds',
      help: "From the question to the last byte of the adapter's answer",
      labelNames: ['department'],
      buckets: [0.001, 0.002, 0.004, 0.008, 0.015, 0.03, 0.06, 0.125, 0.25, 0.5, 1, 2, 4, 8, 16],
      registers,
    });
    this.commits = commitItems(registry);
    this.refusals = new Counter({
      name: 'sluice_refused_signatures_total',
      help: 'Requests that nobody could be shown to have signed, by code and whether the key they name is registered',
      labelNames: ['code', 'key'],
      registers,
    });
    this.forgotten = new Counter({
      name: 'sluice_forgotten_failures_total',
      help: 'Permits that may be on record without the failure that followed: too many were in doubt to remember it',
      registers,
    });
  }

  async measure(exchange: () => Promise<Buffer>): Promise<Buffer> {
    const start = performance.now();
    let reason = 'INTERNAL';
    try {
      const answer = await exchange();
      reason = 'released';
      return answer;
    } catch (error) {
      if (error instanceof Problem) reason = error.code;
      throw error;
    } finally {
      this.exchanges.inc({ reason });
      this.duration.observe((performance.now() - start) / MILLISECONDS);
    }
  }

  committed(kind: 'decision' | 'failure', items: number): void {
    this.commits.observe({ kind }, items);
  }

  forgotFailure(): void {
    this.forgotten.inc();
  }

  adapterAnswered(department: string, milliseconds: number): void {
    this.adapter.observe({ department }, milliseconds / MILLISECONDS);
  }

  refusedSignature(code: string, isKnown: boolean): void {
    this.refusals.inc({ code, key: isKnown ? 'registered' : 'unknown' });
  }
}
