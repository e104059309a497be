import type { AccessDecided } from '#events/access-decided.v1.js';
import type { AccessFailed } from '#events/access-failed.v1.js';
import type { AccessReleased } from '#events/access-released.v1.js';
import { partyOf, type PairingFinding, type PairingKind, type Place } from './finding.js';

export type ExchangeEntry = AccessDecided | AccessReleased | AccessFailed;

/**
 * An entry as the log has it. `seenAt`: when it was seen there, in milliseconds, by a clock that counts only the time in which
 * the other record could have come: what is waited for while the log takes nothing in is nobody's fault. Undefined where
 * that is not known any more.
 */
export interface Seen<Entry extends ExchangeEntry = ExchangeEntry> extends Place {
  readonly seenAt: number | undefined;
  readonly entry: Entry;
}

/** Milliseconds. */
export interface ReleaseDeadlines {
  /** How long after a decision a release may be made, by the clocks of those who made them. */
  readonly releaseWithin: number;
  /** How far these clocks may be apart. */
  readonly skew: number;
}

/** As a ledger has them unless it is told otherwise. */
export const RELEASE_DEADLINES: ReleaseDeadlines = { releaseWithin: 120_000, skew: 30_000 };

/** Milliseconds. */
export interface Deadlines extends ReleaseDeadlines {
  /** How long after one record is seen in the log the other may be. */
  readonly pairWithin: number;
}

/** Records of one exchange that are compared. Honest ones have no more. */
export const MOST_RECORDS = 32;

/** `due`: when it has to be looked at again unless something comes before. Absent where nothing is missing. */
export interface Pairing {
  readonly findings: readonly PairingFinding[];
  readonly due?: number;
}

interface Sides {
  readonly decisions: readonly Seen<AccessDecided>[];
  /** Replays of the exchange for which the department was asked all the same. */
  readonly replays: readonly Seen<AccessDecided>[];
  readonly releases: readonly Seen<AccessReleased>[];
  /** Of the releases, those by a replay's decision: the gateway has said of them that nobody got them. */
  readonly discarded: ReadonlySet<Seen>;
  readonly failures: readonly Seen<AccessFailed>[];
  readonly permit: Seen<AccessDecided> | undefined;
}

/** The exchange that an entry is about: of a replay for which a department was asked, the one that it repeats. */
export function exchangeOf(entry: ExchangeEntry): string {
  return (isReplay(entry) ? entry.repeats : entry.id).toLowerCase();
}

function isReplay(entry: ExchangeEntry): entry is AccessDecided & { readonly repeats: string } {
  if (entry.type !== 'access.decided.v1' || entry.outcome !== 'deny') return false;
  return entry.decision !== undefined && entry.repeats !== undefined;
}

/**
 * Compares all that the log has of one exchange. What may still come in time is no finding yet. A denial stands alone, and
 * so does a permit whose failure is on record. A release and a failure go together: the data left, and the caller got none.
 *
 * Where copies of a request reach two gateways at once, both may ask the department, which answers one of them. The gateway
 * whose record was not the first then puts a replay on record, with the decision by which it asked: until that may have come,
 * a release by another decision than the permit's is nobody's fault.
 */
export function pairRecords(records: readonly Seen[], deadlines: Deadlines, now: number): Pairing {
  const sides = sidesOf(records);
  const dueOf = (evidence: readonly Seen[]) => firstSeen(evidence, records) + deadlines.pairWithin;
  const open = openIn(sides).filter((one) => now < dueOf([one]));
  const findings = [...duplicatesOf(sides), ...comparedWith(sides, new Set(open), deadlines)];
  const dues = open.map((one) => dueOf([one]));
  const missing = missingOf(sides);
  if (missing !== undefined) {
    const due = dueOf(missing.evidence);
    if (now < due) dues.push(due);
    else findings.push(findingOf(missing.kind, missing.owner, missing.evidence));
  }
  return dues.length === 0 ? { findings } : { findings, due: Math.min(...dues) };
}

/** Releases of which a replay may still say that they are its own; and replays, which go with whatever may still come. */
function openIn({ permit, releases, discarded, replays }: Sides): readonly Seen[] {
  if (permit === undefined) return replays;
  return [...replays, ...releases.filter((one) => !discarded.has(one) && isByAnother(permit, one))];
}

function isByAnother(permit: Seen<AccessDecided>, release: Seen<AccessReleased>): boolean {
  return release.entry.decision !== permit.entry.decision;
}

/** Of what shows that a record ought to be there; where that is not known, of all that there is. */
function firstSeen(evidence: readonly Seen[], records: readonly Seen[]): number {
  const times = [evidence, records].map((some) => some.flatMap(({ seenAt }) => seenAt ?? []));
  return Math.min(...(times.find(({ length }) => length > 0) ?? [0]));
}

function sidesOf(records: readonly Seen[]): Sides {
  const decided = records.filter((one): one is Seen<AccessDecided> => one.entry.type === 'access.decided.v1');
  const replays = decided.filter(({ entry }) => isReplay(entry));
  const decisions = decided.filter(({ entry }) => !isReplay(entry));
  const releases = records.filter((one): one is Seen<AccessReleased> => one.entry.type === 'access.released.v1');
  const ofReplays = new Set(replays.map(({ entry }) => entry.decision));
  return {
    decisions,
    replays,
    releases,
    // A replay repeats what is on record.
    discarded: new Set(releases.filter(({ entry }) => decisions.length > 0 && ofReplays.has(entry.decision))),
    failures: records.filter((one): one is Seen<AccessFailed> => one.entry.type === 'access.failed.v1'),
    permit: decisions.find(({ entry }) => entry.outcome === 'permit'),
  };
}

/** What another party wrote of the exchange is no second record of anybody's. */
function duplicatesOf({ decisions, releases, failures }: Sides): PairingFinding[] {
  return [decisions, releases, failures].flatMap((same) =>
    Array.from(Map.groupBy<string, Seen>(same, ({ entry }) => entry.source))
      .filter(([, ofOne]) => ofOne.length > 1)
      .map(([source, ofOne]) => findingOf('duplicate', partyOf(source), ofOne)),
  );
}

/** The record that ought to be there, by whom it is missed, and what shows that it ought to. */
function missingOf({ decisions, releases, discarded, failures, permit }: Sides) {
  const received = releases.filter((one) => !discarded.has(one));
  if (permit !== undefined) {
    // The department that was asked has to answer: no other can say so in its place.
    const owner = providerOf(permit.entry.resource);
    const isAnswered = failures.length > 0 || received.some(({ entry }) => partyOf(entry.source) === owner);
    return isAnswered ? undefined : ({ kind: 'decision-without-release', owner, evidence: [permit] } as const);
  }
  if (received.length > 0) {
    return { kind: 'release-without-decision', owner: 'gateway', evidence: [...decisions, ...received] } as const;
  }
  if (failures.length === 0) return undefined;
  return { kind: 'failure-without-decision', owner: 'gateway', evidence: [...decisions, ...failures] } as const;
}

function providerOf(resource: string | undefined): string {
  return resource?.split('/', 1)[0] ?? 'gateway';
}

function comparedWith({ permit, releases, discarded }: Sides, open: ReadonlySet<Seen>, deadlines: Deadlines) {
  if (permit === undefined) return [];
  const compared = releases.filter((one) => !discarded.has(one) && !open.has(one));
  return compared.flatMap((release): PairingFinding[] => {
    const owner = partyOf(release.entry.source);
    const kinds: [PairingKind, readonly string[], string][] = [
      ['digests-differ', differing(permit.entry, release.entry), owner],
    ];
    // What another decision allowed, and when it was made, this permit does not say.
    if (!isByAnother(permit, release)) {
      kinds.push(
        ['more-released', exceeding(permit.entry, release.entry), owner],
        ['late', tooFarApart(permit, release, deadlines), laterOf(permit, release)],
      );
    }
    return kinds
      .filter(([, members]) => members.length > 0)
      .map(([kind, members, by]) => findingOf(kind, by, [permit, release], members));
  });
}

/** What both say of an exchange, and must say alike. `source`: the department that was asked is the one that answers. */
function differing(permit: AccessDecided, release: AccessReleased): string[] {
  const members = (['consumer', 'decision', 'policy', 'purpose', 'resource'] as const).filter(
    (member) => permit[member] !== release[member],
  );
  return partyOf(release.source) === providerOf(permit.resource) ? members : [...members, 'source'];
}

function exceeding(permit: AccessDecided, release: AccessReleased): string[] {
  const decided = new Set(permit.select);
  return [
    ...(release.fields.every((field) => decided.has(field)) ? [] : ['fields']),
    ...(release.rows <= (permit.limit ?? 0) ? [] : ['rows']),
  ];
}

function tooFarApart(permit: Seen<AccessDecided>, release: Seen<AccessReleased>, deadlines: Deadlines): string[] {
  const apart = Date.parse(release.entry.time) - Date.parse(permit.entry.time);
  const isInTime = apart >= -deadlines.skew && apart <= deadlines.releaseWithin + deadlines.skew;
  const isSeenInTime = Math.abs(seenApart(permit, release)) < deadlines.pairWithin;
  return [...(isSeenInTime ? [] : ['sequenced']), ...(isInTime ? [] : ['time'])];
}

function laterOf(permit: Seen<AccessDecided>, release: Seen<AccessReleased>): string {
  return partyOf((seenApart(permit, release) < 0 ? permit : release).entry.source);
}

/** How long after the permit the release was seen. Of what nobody knows when it was, nobody is said to be late. */
function seenApart(permit: Seen, release: Seen): number {
  return permit.seenAt === undefined || release.seenAt === undefined ? 0 : release.seenAt - permit.seenAt;
}

function findingOf(
  kind: PairingKind,
  owner: string,
  evidence: readonly Place[],
  members: readonly string[] = [],
): PairingFinding {
  return { kind, owner, evidence: evidence.map(({ shard, index }) => ({ shard, index })), members };
}
