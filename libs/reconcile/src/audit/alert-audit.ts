import type { AlertChanged } from '#events/alert-changed.v1.js';
import type { EventEntry } from '#events/contract.js';
import type { ReconciliationFound } from '#events/reconciliation-found.v1.js';
import type { Place } from '../finding.js';
import { missingKinds, type Finding } from '../findings.js';
import type { FreshRecord } from '../sequenced-record.js';

/** An alert as the entries of the ledger have it: what it is about, and what became of it. */
export interface LoggedAlert extends Pick<ReconciliationFound, 'id' | 'kind' | 'owner' | 'exchange' | 'sequence'> {
  readonly evidence: readonly Place[];
  readonly state: AlertChanged['state'];
}

/** A finding with the alert that the ledger raised of it, if there is one. */
export interface ComparedFinding extends Finding {
  readonly alert?: Pick<LoggedAlert, 'id' | 'state'>;
}

export interface Compared {
  /** Those that the ledger did not report come first. */
  readonly findings: readonly ComparedFinding[];
  /** How many alerts there are of something else: it is not as it was, too recent, or only a ledger can see it. */
  readonly otherAlerts: number;
  /** How many alerts were not looked at, since there were too many: a finding without one may have had it there. */
  readonly alertsLeft: number;
}

/** Alerts that are remembered. */
const MOST_ALERTS = 50_000;
/** Entries that an alert's event names, at the most: see the ledger's alert-events.ts. */
const MOST_EVIDENCE = 32;
/** Who speaks of alerts. */
const LEDGER = 'ledger';

const missing: ReadonlySet<string> = new Set(missingKinds);

/** Takes from a log what its ledger says to have found, to hold it against what is there. */
export class AlertAudit {
  private readonly alerts = new Map<string, LoggedAlert>();
  private left = 0;

  constructor(private readonly most = MOST_ALERTS) {}

  /** In the order of the log, which has the changes of an alert behind it. */
  take(records: readonly FreshRecord[]): void {
    for (const { entry } of records) {
      if (isFound(entry)) this.find(entry);
      else if (isChanged(entry)) this.change(entry);
    }
  }

  compare(findings: readonly Finding[]): Compared {
    const bySubject = Map.groupBy(this.alerts.values(), subjectOf);
    const reported = new Set<string>();
    const compared = findings.map((finding): ComparedFinding => {
      const alerts = bySubject.get(finding.subject)?.filter((one) => isOf(one, finding)) ?? [];
      for (const { id } of alerts) reported.add(id);
      // What is exact goes before what reaches over more.
      const alert = alerts.find(({ kind }) => kind === finding.kind) ?? alerts[0];
      return alert === undefined ? finding : { ...finding, alert: { id: alert.id, state: alert.state } };
    });
    return {
      findings: compared.toSorted((a, b) => Number(a.alert !== undefined) - Number(b.alert !== undefined)),
      otherAlerts: this.alerts.size - reported.size,
      alertsLeft: this.left,
    };
  }

  private find({ id, kind, owner, exchange, sequence, evidence }: ReconciliationFound): void {
    if (this.alerts.size >= this.most) {
      this.left += 1;
      return;
    }
    const about = { ...(exchange === undefined ? {} : { exchange }), ...(sequence === undefined ? {} : { sequence }) };
    this.alerts.set(id.toLowerCase(), { id, kind, owner, ...about, evidence, state: 'open' });
  }

  private change({ alert, state }: AlertChanged): void {
    const known = this.alerts.get(alert.toLowerCase());
    if (known !== undefined) this.alerts.set(alert.toLowerCase(), { ...known, state });
  }
}

function isFound(entry: EventEntry): entry is ReconciliationFound {
  return entry.type === 'reconciliation.found.v1' && entry.source === LEDGER;
}

function isChanged(entry: EventEntry): entry is AlertChanged {
  return entry.type === 'alert.changed.v1' && entry.source === LEDGER;
}

function subjectOf({ exchange, sequence }: LoggedAlert): string {
  return (sequence?.chain ?? exchange ?? '').toLowerCase();
}

/** Whether the alert, which has the same subject, is of this finding. */
function isOf(alert: LoggedAlert, { kind, numbers, evidence }: Finding): boolean {
  const { sequence } = alert;
  if (numbers !== undefined) return sequence !== undefined && isOfSequence(alert.kind, sequence, { kind, numbers });
  const isOfExchange = sequence === undefined && alert.kind === kind;
  return isOfExchange && (missing.has(kind) || isShownBy(alert.evidence, evidence));
}

/**
 * A hole may be what is left of a larger one, or lie where a sequence was not followed any more. Which of two records that do
 * not fit together is the wrong one depends on which was read first.
 */
function isOfSequence(
  alerted: string,
  told: NonNullable<LoggedAlert['sequence']>,
  { kind, numbers }: Required<Pick<Finding, 'kind' | 'numbers'>>,
): boolean {
  if (told.source !== numbers.source) return false;
  if (kind === 'hole') {
    const isAround = told.from <= numbers.from && numbers.to <= told.to;
    return isAround && (alerted === 'hole' || alerted === 'unfollowed');
  }
  return alerted === kind && (kind !== 'fork' || Math.abs(told.from - numbers.from) <= 1);
}

function isShownBy(told: readonly Place[], shown: readonly Place[]): boolean {
  const places = new Set(shown.map(({ shard, index }) => `${shard}/${index}`));
  const isSame = told.length === Math.min(shown.length, MOST_EVIDENCE);
  return isSame && told.every(({ shard, index }) => places.has(`${shard}/${index}`));
}
