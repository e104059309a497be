import type { ProvenEntry } from '#exchange/answer.js';
import { accessDecidedV1 } from '#events/access-decided.v1.js';
import { accessErasedV1 } from '#events/access-erased.v1.js';
import { accessFailedV1 } from '#events/access-failed.v1.js';
import { accessReleasedV1 } from '#events/access-released.v1.js';

export interface PublishedEntry {
  readonly type: string;
  readonly proven: ProvenEntry;
}

/** The entries that the gateway itself recorded, as text. */
export interface RecordedEntries {
  readonly decision: string;
  readonly failure: string | undefined;
  readonly erasure?: string | undefined;
}

export interface ChosenEntries {
  readonly decision?: ProvenEntry;
  readonly release?: ProvenEntry;
  readonly failure?: ProvenEntry;
  readonly erasure?: ProvenEntry;
}

/**
 * The ledger keeps every variant of an event that it was sent. Of the gateway's own events it is the recorded one that
 * counts. What the department recorded only the log tells: the release that names the very decision token, which nobody
 * knew before it was signed. Where a permit on record does not name its token, the first release under its policy or,
 * where there is none such, the first there is, for the verifier to judge. Nothing that is released belongs to a denial.
 */
export function chooseEntries(published: readonly PublishedEntry[], recorded: RecordedEntries): ChosenEntries {
  const variants = (type: string) => published.filter((one) => one.type === type).map(({ proven }) => proven);
  const decision = variants(accessDecidedV1.type).find(({ entry }) => entry === recorded.decision);
  const failure = variants(accessFailedV1.type).find(({ entry }) => entry === recorded.failure);
  const erasure = variants(accessErasedV1.type).find(({ entry }) => entry === recorded.erasure);
  const releases = variants(accessReleasedV1.type).sort((one, other) => one.index - other.index);
  const release = chooseRelease(releases, recorded.decision);
  return {
    ...(decision === undefined ? {} : { decision }),
    ...(release === undefined ? {} : { release }),
    ...(failure === undefined ? {} : { failure }),
    ...(erasure === undefined ? {} : { erasure }),
  };
}

/** `releases` in the order of their log. */
function chooseRelease(releases: readonly ProvenEntry[], recorded: string): ProvenEntry | undefined {
  const naming = (name: 'decision' | 'policy') => {
    const wanted = memberOf(recorded, name);
    return wanted === undefined ? undefined : releases.filter(({ entry }) => memberOf(entry, name) === wanted);
  };
  if (memberOf(recorded, 'outcome') === 'deny') return undefined;
  const acting = naming('decision');
  return acting === undefined ? (naming('policy')?.[0] ?? releases[0]) : acting[0];
}

function memberOf(entry: string, name: string): unknown {
  try {
    const read: unknown = JSON.parse(entry);
    return typeof read === 'object' && read !== null
      ? Object.entries(read).find(([one]) => one === name)?.[1]
      : undefined;
  } catch {
    return undefined;
  }
}
