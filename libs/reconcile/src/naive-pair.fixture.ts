import type { AccessDecided } from '#events/access-decided.v1.js';
import type { AccessReleased } from '#events/access-released.v1.js';
import { deadlines } from './exchange.fixture.js';
import type { FindingKind } from './finding.js';
import type { Seen } from './pair-records.js';

type Permit = Seen<AccessDecided>;
type Release = Seen<AccessReleased>;

const countOf = (records: readonly Seen[], type: string) => records.filter(({ entry }) => entry.type === type).length;
const nameOf = ({ entry }: Seen) => `${entry.type} by ${entry.source}`;
const providerOf = ({ entry }: Permit) => `adapter/${String(entry.resource?.split('/')[0])}`;
const isReplay = ({ entry }: Seen) => 'repeats' in entry && entry.repeats !== undefined && entry.decision !== undefined;
const isPermit = (one: Seen): one is Permit => 'outcome' in one.entry && one.entry.outcome === 'permit';
const isRelease = (one: Seen): one is Release => 'fields' in one.entry;
/** Nobody got it: a replay names its decision, and what it repeats is there. */
const isDiscarded = (all: readonly Seen[], { entry: done }: Release) =>
  all.some((one) => isReplay(one) && 'decision' in one.entry && one.entry.decision === done.decision) &&
  all.some((one) => one.entry.type === 'access.decided.v1' && !isReplay(one));

/** What makes each kind of finding where there is no permit, or whatever else there is. */
const alone: Partial<Record<FindingKind, (records: readonly Seen[]) => boolean>> = {
  duplicate: (all) => {
    const written = all.filter((one) => !isReplay(one));
    return new Set(written.map(nameOf)).size < written.length;
  },
  'release-without-decision': (all) =>
    !all.some(isPermit) && all.filter(isRelease).some((one) => !isDiscarded(all, one)),
  'failure-without-decision': (all) => {
    const received = all.filter(isRelease).filter((one) => !isDiscarded(all, one));
    return !all.some(isPermit) && received.length === 0 && countOf(all, 'access.failed.v1') > 0;
  },
  'decision-without-release': (all) => {
    const permit = all.find(isPermit);
    const received = all.filter(isRelease).filter((one) => !isDiscarded(all, one));
    const isMissing = permit !== undefined && !received.some(({ entry }) => entry.source === providerOf(permit));
    return isMissing && countOf(all, 'access.failed.v1') === 0;
  },
};

/** What makes each where there is one. */
const together: Partial<Record<FindingKind, (permit: Permit, release: Release) => boolean>> = {
  'digests-differ': (permit, { entry: done }) =>
    (['consumer', 'purpose', 'policy', 'decision', 'resource'] as const).some(
      (name) => permit.entry[name] !== done[name],
    ) || done.source !== providerOf(permit),
  'more-released': ({ entry: said }, { entry: done }) =>
    said.decision === done.decision &&
    (done.rows > Number(said.limit) || done.fields.some((field) => !said.select.includes(field))),
  late: (permit, release) => {
    if (permit.entry.decision !== release.entry.decision) return false;
    const wait = Date.parse(release.entry.time) - Date.parse(permit.entry.time);
    const isInTime = wait <= deadlines.releaseWithin + deadlines.skew && wait >= -deadlines.skew;
    return !isInTime || Math.abs(Number(release.seenAt) - Number(permit.seenAt)) >= deadlines.pairWithin;
  },
};

/** The kinds of finding, each by a sentence of its own, once nothing more may come. */
export function naiveKinds(records: readonly Seen[]): Set<string> {
  const permit = records.find(isPermit);
  const releases = records.filter(isRelease).filter((one) => !isDiscarded(records, one));
  const ofPairs = Object.entries(together).filter(
    ([, applies]) => permit !== undefined && releases.some((release) => applies(permit, release)),
  );
  const ofAll = Object.entries(alone).filter(([, applies]) => applies(records));
  return new Set([...ofAll, ...ofPairs].map(([kind]) => kind));
}
