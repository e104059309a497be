import type { AlertSummary } from '#exchange/alert.js';
import { judgeAlerts } from './judge-alerts.js';

const EXCHANGE = '0198f3b2-7c5e-4d11-9a30-2f1c6d7e8f90';
const about = (kind: string, more: Partial<AlertSummary> = {}): AlertSummary => ({
  ...{
    id: '01a206f5-0e2b-7c31-b0d6-0a41c1f1a7c2',
    kind,
    owner: 'population',
    state: 'open',
    members: [],
    cameAfterAll: 0,
  },
  ...{ foundAt: '2026-11-23T08:00:00.000Z', changedAt: '2026-11-23T08:00:00.000Z' },
  ...more,
});
const exchange = (kind: string, cameAfterAll: number, members: string[] = []) =>
  about(kind, { exchange: EXCHANGE, cameAfterAll, members });
const hole = (cameAfterAll: number) =>
  about('hole', { sequence: { source: 'gateway', chain: EXCHANGE, from: 7, to: 9 }, cameAfterAll });
const open = new Set([EXCHANGE]);
const none = new Set<string>();

it('has nothing against no alerts where every permit was followed', () => {
  expect(judgeAlerts([], none)).toEqual([]);
});

it('misses the alert of a permit that nothing followed', () => {
  expect(judgeAlerts([], open)).toEqual([`no alert of ${EXCHANGE}, a permit that nothing followed`]);
  expect(judgeAlerts([exchange('decision-without-release', 0)], open)).toEqual([]);
});

it.each([
  ['a permit that was followed in time', [exchange('decision-without-release', 0)], none],
  ['what came where nothing followed', [exchange('decision-without-release', 1)], open],
  ['a release whose decision never came', [exchange('release-without-decision', 0)], none],
  ['a failure whose decision never came', [exchange('failure-without-decision', 0)], none],
  ['a hole that is not filled', [hole(2)], none],
  ['what was made too late', [exchange('late', 0, ['sequenced', 'time'])], none],
  ['two sides that do not agree', [exchange('digests-differ', 0, ['policy'])], none],
])('holds against the ledger an alert of %s', (_, alerts, permits) => {
  const faults = judgeAlerts(alerts, permits);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain('an alert that should not be');
});

it.each([
  ['a release that waited', [exchange('decision-without-release', 1)]],
  ['a decision that waited', [exchange('release-without-decision', 1), exchange('failure-without-decision', 1)]],
  ['a hole that is filled', [hole(3)]],
  ['a record that was sequenced late', [exchange('late', 0, ['sequenced'])]],
])('understands an alert of %s', (_, alerts) => {
  expect(judgeAlerts(alerts, none)).toEqual([]);
});
