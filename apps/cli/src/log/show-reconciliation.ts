import type { Reconciliation } from '#client/audit/reconcile-logs.js';
import type { Title } from '#exchange/names.js';
import type { ComparedFinding } from '#reconcile/audit/alert-audit.js';
import { kindText, stateText } from '../alert/alert-text.js';
import { printable, type Terminal } from '../terminal.js';
import { isWhole, type ReconciledFamily } from './reconcile-families.js';

/** How many findings are told; the others are counted. */
const MOST_TOLD = 100;

/** What was found in the records of a family, for people. */
export function showReconciliation(terminal: Terminal, { place, list, reconciliation }: ReconciledFamily): void {
  if (reconciliation === undefined) return;
  const name = list?.family ?? place;
  const ok = isWhole(reconciliation);
  const say = (title: Title) => printable(terminal.say(title));
  terminal.line(`${terminal.mark(ok)} ${say(headText(name, reconciliation))}`);
  for (const finding of reconciliation.findings.slice(0, MOST_TOLD)) {
    terminal.line(`  ${terminal.mark(false)} ${printable(findingLine(finding, terminal))}`);
  }
  for (const note of notesOf(reconciliation)) terminal.line(`  ${say(note)}`);
}

function headText(name: string, { records, findings, notAsSigned }: Reconciliation): Title {
  if (notAsSigned !== undefined) {
    return {
      en: `${name}: the records were not compared, since the entries of ${notAsSigned} are not those that it signed`,
      zh: `${name}：未比对记录，因为 ${notAsSigned} 的内容并非其所签署`,
    };
  }
  const count = records.toLocaleString('en');
  const found = findings.length.toLocaleString('en');
  return findings.length === 0
    ? { en: `${name}: ${count} records reconciled, and all agree`, zh: `${name}：已对账 ${count} 条记录，全部相符` }
    : {
        en: `${name}: ${count} records reconciled, ${found} findings`,
        zh: `${name}：已对账 ${count} 条记录，发现 ${found} 处`,
      };
}

/** The kind, who has to explain it, what it is about, where in the logs that stands, and whether the ledger said so. */
function findingLine(finding: ComparedFinding, terminal: Terminal): string {
  const { kind, owner, members, evidence } = finding;
  const places = evidence.map(({ shard, index }) => `${shard}/${index}`).join(' ');
  const what = members.length === 0 ? kindText(kind, terminal) : `${kindText(kind, terminal)} (${members.join(' ')})`;
  return [
    `${kind}: ${what}`,
    terminal.say({ en: `to be explained by ${owner}`, zh: `须由 ${owner} 说明` }),
    aboutText(finding, terminal),
    terminal.say({ en: `entries ${places}`, zh: `记录 ${places}` }),
    alertText(finding, terminal),
  ].join('; ');
}

function alertText({ alert }: ComparedFinding, terminal: Terminal): string {
  if (alert === undefined) {
    return terminal.say({ en: 'the ledger raised no alert of it', zh: '账本未就此发出告警' });
  }
  const state = stateText(alert.state, terminal);
  return terminal.say({
    en: `reported by the ledger: alert ${alert.id}, ${state}`,
    zh: `账本已告警：${alert.id}，${state}`,
  });
}

function aboutText({ subject, numbers }: ComparedFinding, terminal: Terminal): string {
  if (numbers === undefined) return terminal.say({ en: `exchange ${subject}`, zh: `交换 ${subject}` });
  const { source, from, to } = numbers;
  const which = from === to ? `${from}` : `${from}-${to}`;
  return terminal.say({
    en: `sequence ${subject} of ${source}, ${which}`,
    zh: `${source} 的序列 ${subject}，${which}`,
  });
}

function notesOf(reconciliation: Reconciliation): readonly Title[] {
  const { findings, pending, left, otherAlerts, alertsLeft } = reconciliation;
  const more = findings.length - MOST_TOLD;
  const notes: readonly (readonly [number, Title])[] = [
    [more, { en: `and ${more} more findings`, zh: `另有 ${more} 处` }],
    [left, { en: `${left} more that may not agree were not looked at`, zh: `另有 ${left} 项可能不符，未予核对` }],
    [
      pending,
      {
        en: `· ${pending} that are too recent: what is missing may still come. See --pending-within`,
        zh: `· ${pending} 项过新：所缺记录仍可能到达，见 --pending-within`,
      },
    ],
    [
      otherAlerts,
      {
        en: `· ${otherAlerts} more alerts of the ledger: of what has come since, is too recent, or only a ledger can see`,
        zh: `· 账本另有 ${otherAlerts} 项告警：其后补到、过新，或仅账本可见`,
      },
    ],
    [
      alertsLeft,
      {
        en: `· ${alertsLeft} alerts were not looked at: a finding without one may have it there`,
        zh: `· 另有 ${alertsLeft} 项告警未予核对：无告警的发现或在其中`,
      },
    ],
  ];
  return notes.filter(([count]) => count > 0).map(([, note]) => note);
}

/** The same for scripts. */
export function reconciliationAsJson(reconciliation: Reconciliation) {
  const { findings, ...rest } = reconciliation;
  const told = findings.slice(0, MOST_TOLD).map(({ kind, owner, subject, numbers, members, evidence, alert }) => ({
    ...{ kind, owner },
    ...(numbers === undefined ? { exchange: subject } : { sequence: { ...numbers, chain: subject } }),
    ...{ members, evidence: evidence.map(({ shard, index }) => ({ shard, index })) },
    ...(alert === undefined ? {} : { alert }),
  }));
  return { ok: isWhole(reconciliation), ...rest, findings: told, more: findings.length - told.length };
}
