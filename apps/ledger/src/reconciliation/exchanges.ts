import { partyOf, type Place } from '#reconcile/finding.js';
import { MOST_RECORDS, exchangeOf, pairRecords, type Deadlines } from '#reconcile/pair-records.js';
import { evidenceOf, missingKinds, pairingFinding, type Arrival, type Finding } from '#reconcile/findings.js';
import { inOrder, type ExchangeRecord } from '#reconcile/sequenced-record.js';

/** An exchange of which a record is missing that may still come. `due` in milliseconds. */
export interface OpenExchange {
  readonly id: string;
  readonly due: number;
  readonly records: readonly ExchangeRecord[];
}

/** What came before of the exchanges that records came of now. */
export interface KnownExchanges {
  /** Of those that wait, by id. */
  readonly open: ReadonlyMap<string, readonly ExchangeRecord[]>;
  /** Of all others that there is something of, by id: they were complete, or reported. */
  readonly closed: ReadonlyMap<string, readonly ExchangeRecord[]>;
  /** Those of which somebody was told that a record is missing; true where it has come since. */
  readonly missed: ReadonlyMap<string, boolean>;
}

export interface Paired {
  readonly waiting: readonly OpenExchange[];
  /** Ids of those that waited and do no more. */
  readonly settled: readonly string[];
  readonly findings: readonly Finding[];
  readonly arrivals: readonly Arrival[];
}

/** Compares the records that came with what came before. What is missing is waited for, however long ago it was due. */
export function pairAll(records: readonly ExchangeRecord[], known: KnownExchanges, deadlines: Deadlines): Paired {
  const waiting: OpenExchange[] = [];
  const settled: string[] = [];
  const findings: Finding[] = [];
  const arrivals: Arrival[] = [];
  for (const [id, fresh] of Map.groupBy(records, ({ entry }) => exchangeOf(entry))) {
    const before = known.open.get(id) ?? known.closed.get(id) ?? [];
    const all = inOrder([...before, ...fresh]);
    if (all.length > MOST_RECORDS) {
      findings.push(tooMany(id, all));
      if (known.open.has(id)) settled.push(id);
      continue;
    }
    const pairing = pairRecords(all, deadlines, -Infinity);
    const cameAlready = known.missed.get(id);
    const found = pairing.findings.map((one) => pairingFinding(id, one, leavesOf(all)));
    findings.push(...(cameAlready === undefined ? found : found.flatMap(withoutLateness)));
    if (pairing.due !== undefined) waiting.push({ id, due: pairing.due, records: all });
    else {
      if (known.open.has(id)) settled.push(id);
      if (cameAlready === false) arrivals.push({ subject: id, evidence: fresh.map(evidenceOf) });
    }
  }
  return { waiting, settled, findings, arrivals };
}

/**
 * Whoever goes on writing records of one exchange is named once for it, and nothing more is said of the exchange: whatever
 * each of them is compared with would be read again for the next, and what is missing may be among those that are not read.
 */
function tooMany(id: string, records: readonly ExchangeRecord[]): Finding {
  const bySource = [...Map.groupBy(records, ({ entry }) => entry.source)];
  const [source, ofOne] = bySource.reduce((most, one) => (one[1].length > most[1].length ? one : most));
  return {
    ...{ kind: 'unfollowed', owner: partyOf(source), subject: id, name: 'unfollowed', members: [] },
    evidence: ofOne.slice(0, MOST_RECORDS).map(evidenceOf),
  };
}

/** That it came late is what the alert says by which it was missed. */
function withoutLateness(finding: Finding): readonly Finding[] {
  if (finding.kind !== 'late') return [finding];
  const members = finding.members.filter((member) => member !== 'sequenced');
  return members.length === 0 ? [] : [{ ...finding, members }];
}

/** Looks at exchanges that are due. All that was sequenced by `now`, in milliseconds, must have been taken before. */
export function lookAgain(
  open: readonly OpenExchange[],
  deadlines: Deadlines,
  now: number,
): Pick<Paired, 'waiting' | 'settled' | 'findings'> {
  const waiting: OpenExchange[] = [];
  const settled: string[] = [];
  const findings: Finding[] = [];
  for (const { id, records } of open) {
    const { due, findings: found } = pairRecords(records, deadlines, now);
    if (due === undefined) settled.push(id);
    else waiting.push({ id, due, records });
    findings.push(...found.map((one) => pairingFinding(id, one, leavesOf(records))).filter(isFoundWhenDue));
  }
  return { waiting, settled, findings };
}

const foundWhenDue: ReadonlySet<string> = new Set([...missingKinds, 'digests-differ']);

/** All else was found when the records came. What is found once more is the same finding. */
function isFoundWhenDue({ kind }: Finding): boolean {
  return foundWhenDue.has(kind);
}

function leavesOf(records: readonly ExchangeRecord[]): (place: Place) => string {
  const leaves = new Map(records.map(({ shard, index, leaf }) => [`${shard}/${index}`, leaf]));
  return ({ shard, index }) => leaves.get(`${shard}/${index}`) ?? '';
}
