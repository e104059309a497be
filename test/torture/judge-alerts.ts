import type { AlertSummary } from '#exchange/alert.js';

/**
 * Holds the ledger's alerts against the permits that nothing followed. Each of these has its alert, and nothing came. All
 * others are about what a killed process left waiting for longer than the ledger was told to wait: it came, or came late.
 * The faults, in words.
 */
export function judgeAlerts(alerts: readonly AlertSummary[], openPermits: ReadonlySet<string>): readonly string[] {
  const accused = new Set(
    alerts.filter(({ kind }) => kind === 'decision-without-release').map(({ exchange }) => exchange),
  );
  return [
    ...[...openPermits]
      .filter((id) => !accused.has(id))
      .map((id) => `no alert of ${id}, a permit that nothing followed`),
    ...alerts
      .filter((alert) => !isTrue(alert, openPermits))
      .map((alert) => `an alert that should not be: ${JSON.stringify(alert)}`),
  ];
}

function isTrue(
  { kind, exchange = '', sequence, members, cameAfterAll }: AlertSummary,
  open: ReadonlySet<string>,
): boolean {
  switch (kind) {
    case 'decision-without-release':
      return open.has(exchange) ? cameAfterAll === 0 : cameAfterAll > 0;
    case 'release-without-decision':
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
