import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { Problem } from '#exchange/problem.js';
import { commitItems } from '#platform/metrics/commit-items.js';
import type { Release } from './release.service.js';

const MILLISECONDS = 1000;
const BUCKETS = [0.0005, 0.001, 0.002, 0.004, 0.008, 0.015, 0.03, 0.06, 0.125, 0.25, 0.5, 1, 2, 4, 8];

/** How releases end, and how long the source and the record take. No label names a caller, a field or a value. */
export class ReleaseMetrics {
  private readonly releases: Counter<'reason'>;
  private readonly rows: Counter;
  private readonly source: Histogram<'outcome'>;
  private readonly commits: Histogram<'kind'>;

  /** `sourceLoad`: queries that run or wait. */
  constructor(registry: Registry, sourceLoad: () => number) {
    const registers = [registry];
    this.releases = new Counter({
      name: 'sluice_releases_total',
      help: 'Requests by how they ended: released, or the code of the problem',
      labelNames: ['reason'],
      registers,
    });
    this.rows = new Counter({ name: 'sluice_released_rows_total', help: 'Rows that were released', registers });
    this.source = new Histogram({
      name: 'sluice_source_duration_seconds',
      help: 'From the query to the rows, with the time that the query waited',
      labelNames: ['outcome'],
      buckets: BUCKETS,
      registers,
    });
    this.commits = commitItems(registry);
    new Gauge({
      name: 'sluice_source_load',
      help: 'Queries of the source that run or wait',
      registers,
      collect() {
        this.set(sourceLoad());
      },
    });
  }

  async measure(release: () => Promise<Release>): Promise<Release> {
    let reason = 'INTERNAL';
    try {
      const released = await release();
      reason = 'released';
      this.rows.inc(released.rows);
      return released;
    } catch (error) {
      if (error instanceof Problem) reason = error.code;
      throw error;
    } finally {
      this.releases.inc({ reason });
    }
  }

  /** For what is refused before there is a release to measure. */
  countRefusal<Result>(check: () => Result): Result {
    try {
      return check();
    } catch (error) {
      this.releases.inc({ reason: error instanceof Problem ? error.code : 'INTERNAL' });
      throw error;
    }
  }

  async measureSource<Rows>(read: () => Promise<Rows>): Promise<Rows> {
    const start = performance.now();
    let outcome = 'INTERNAL';
    try {
      const rows = await read();
      outcome = 'read';
      return rows;
    } catch (error) {
      if (error instanceof Problem) outcome = error.code;
      throw error;
    } finally {
      this.source.observe({ outcome }, (performance.now() - start) / MILLISECONDS);
    }
  }

  committed(items: number): void {
    this.commits.observe({ kind: 'release' }, items);
  }
}
