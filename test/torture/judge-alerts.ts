import type { AlertSummary } from '#exchange/alert.js';
import type { Unpaired } from './unpaired-records.js';

/**
 * Holds the ledger's alerts against the records that have no counterpart. Each of these has its alert, and nothing came. All
 * others are about what a killed process left waiting for longer than the ledger was told to wait: it came, or came late.
 * The faults, in words.
 */
export function judgeAlerts(alerts: readonly AlertSummary[], unpaired: Unpaired): readonly string[] {
  return [
    ...missing(alerts, 'decision-without-release', unpaired.permits),
    ...missing(alerts, 'release-without-decision', unpaired.releases),
    ...alerts
      .filter((alert) => !isTrue(alert, unpaired))
      .map((alert) => `an alert that should not be: ${JSON.stringify(alert)}`),
  ];
}

function missing(alerts: readonly AlertSummary[], kind: string, ids: ReadonlySet<string>): readonly string[] {
  const found = new Set(alerts.filter((alert) => alert.kind === kind).map(({ exchange }) => exchange));
  return [...ids].filter((id) => !found.has(id)).map((id) => `no alert ${kind} of ${id}`);
}

function isTrue({ kind, exchange = '', sequence, members, cameAfterAll }: AlertSummary, unpaired: Unpaired): boolean {
  switch (kind) {
    case 'decision-without-release':
      return unpaired.permits.has(exchange) === (cameAfterAll === 0);
    case 'release-without-decision':
      return unpaired.releases.has(exchange) === (cameAfterAll === 0);
    case 'failure-without-decision':
      return cameAfterAll > 0;
    case 'hole':
      return sequence !== undefined && cameAfterAll === sequence.to - sequence.from + 1;
    case 'late':
      // By the ledger's clock only: when both were made says nothing of when a killed process could publish them.
      return members.join() === 'sequenced';
    default:
      return false;
  }
}
