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
const nothing = new Set<string>();
const none = { permits: nothing, releases: nothing };
const openPermit = { permits: new Set([EXCHANGE]), releases: nothing };
const loneRelease = { permits: nothing, releases: new Set([EXCHANGE]) };

it('has nothing against no alerts where every record has its counterpart', () => {
  expect(judgeAlerts([], none)).toEqual([]);
});

it.each([
  ['decision-without-release', openPermit],
  ['release-without-decision', loneRelease],
])('misses an alert %s, and wants it with nothing that came', (kind, unpaired) => {
  expect(judgeAlerts([], unpaired)).toEqual([`no alert ${kind} of ${EXCHANGE}`]);
  expect(judgeAlerts([exchange(kind, 0)], unpaired)).toEqual([]);
  expect(judgeAlerts([exchange(kind, 1)], unpaired)).toHaveLength(1);
});

it.each([
  ['a permit that was followed in time', [exchange('decision-without-release', 0)]],
  ['a release that was decided in time', [exchange('release-without-decision', 0)]],
  ['a failure whose decision never came', [exchange('failure-without-decision', 0)]],
  ['a hole that is not filled', [hole(2)]],
  ['what was made too late', [exchange('late', 0, ['sequenced', 'time'])]],
  ['two sides that do not agree', [exchange('digests-differ', 0, ['policy'])]],
])('holds against the ledger an alert of %s', (_, alerts) => {
  const faults = judgeAlerts(alerts, none);
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
