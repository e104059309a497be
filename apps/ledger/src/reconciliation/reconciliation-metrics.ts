import { Gauge, type Registry } from 'prom-client';
import type { AlertRepository } from '../alerts/alert.repository.js';
import type { ReconciliationRepository } from './reconciliation.repository.js';

export interface MetricsParts {
  readonly reconciliation: Pick<ReconciliationRepository, 'progress' | 'waiting'>;
  readonly alerts: Pick<AlertRepository, 'counts'>;
  /** The database could not be asked: the gauges keep what they had. */
  readonly onError: (error: unknown) => void;
}

/** How far the reconciler is and what it found, asked of the database whenever somebody asks for metrics. */
export function addReconciliationMetrics(registry: Registry, { reconciliation, alerts, onError }: MetricsParts): void {
  const registers = [registry];
  new Gauge({
    name: 'ledger_reconcile_lag_entries',
    help: 'Entries sequenced that the reconciler has not read yet',
    labelNames: ['shard'],
    registers,
    collect() {
      return reconciliation.progress().then((shards) => {
        for (const { shard, position, size } of shards) this.set({ shard }, size - position);
      }, onError);
    },
  });
  new Gauge({
    name: 'ledger_open_exchanges',
    help: 'Exchanges that miss a record which may still come',
    registers,
    collect() {
      return reconciliation.waiting().then((count) => {
        this.set(count);
      }, onError);
    },
  });
  new Gauge({
    name: 'ledger_alerts',
    help: 'Alerts that are not resolved',
    labelNames: ['kind', 'state'],
    registers,
    collect() {
      return alerts.counts().then((counts) => {
        this.reset();
        for (const { kind, state, count } of counts) this.set({ kind, state }, count);
      }, onError);
    },
  });
}
