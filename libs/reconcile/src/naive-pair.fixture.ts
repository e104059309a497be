import type { AccessDecided } from '#events/access-decided.v1.js';
import type { AccessReleased } from '#events/access-released.v1.js';
import { deadlines } from './exchange.fixture.js';
import type { FindingKind } from './finding.js';
import type { Seen } from './pair-records.js';

type Permit = Seen<AccessDecided>;
type Release = Seen<AccessReleased>;

const countOf = (records: readonly Seen[], type: string) => records.filter(({ entry }) => entry.type === type).length;
const isPermit = (one: Seen): one is Permit => 'outcome' in one.entry && one.entry.outcome === 'permit';
const isRelease = (one: Seen): one is Release => 'fields' in one.entry;

/** What makes each kind of finding where there is no permit, or whatever else there is. */
const alone: Partial<Record<FindingKind, (records: readonly Seen[]) => boolean>> = {
  duplicate: (all) => all.some((one) => countOf(all, one.entry.type) > 1),
  'release-without-decision': (all) => !all.some(isPermit) && all.some(isRelease),
  'failure-without-decision': (all) =>
    !all.some(isPermit) && !all.some(isRelease) && countOf(all, 'access.failed.v1') > 0,
  'decision-without-release': (all) =>
    all.some(isPermit) && !all.some(isRelease) && countOf(all, 'access.failed.v1') === 0,
};

/** What makes each where there is one. */
const together: Partial<Record<FindingKind, (permit: Permit, release: Release) => boolean>> = {
  'digests-differ': ({ entry: said }, { entry: done }) =>
    (['consumer', 'purpose', 'policy', 'decision', 'resource'] as const).some((name) => said[name] !== done[name]) ||
    done.source !== `adapter/${String(said.resource?.split('/')[0])}`,
  'more-released': ({ entry: said }, { entry: done }) =>
    done.rows > Number(said.limit) || done.fields.some((field) => !said.select.includes(field)),
  late: (permit, release) => {
    const wait = Date.parse(release.entry.time) - Date.parse(permit.entry.time);
    const isInTime = wait <= deadlines.releaseWithin + deadlines.skew && wait >= -deadlines.skew;
    return !isInTime || Math.abs(Number(release.seenAt) - Number(permit.seenAt)) >= deadlines.pairWithin;
  },
};

/** The kinds of finding, each by a sentence of its own, once nothing more may come. */
export function naiveKinds(records: readonly Seen[]): Set<string> {
  const permit = records.find(isPermit);
  const releases = records.filter(isRelease);
  const ofPairs = Object.entries(together).filter(
    ([, applies]) => permit !== undefined && releases.some((release) => applies(permit, release)),
  );
  const ofAll = Object.entries(alone).filter(([, applies]) => applies(records));
  return new Set([...ofAll, ...ofPairs].map(([kind]) => kind));
}
