import type { Reconciliation } from '#client/audit/reconcile-logs.js';
import type { Title } from '#exchange/names.js';
import type { Finding } from '#reconcile/findings.js';
import { kindText } from '../alert/alert-text.js';
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

/** The kind, who has to explain it, what it is about, and where in the logs that stands. */
function findingLine(finding: Finding, terminal: Terminal): string {
  const { kind, owner, members, evidence } = finding;
  const places = evidence.map(({ shard, index }) => `${shard}/${index}`).join(' ');
  const who = terminal.say({ en: `to be explained by ${owner}`, zh: `须由 ${owner} 说明` });
  const what = members.length === 0 ? kindText(kind, terminal) : `${kindText(kind, terminal)} (${members.join(' ')})`;
  return `${kind}: ${what}; ${who}; ${aboutText(finding, terminal)}; ${terminal.say({ en: 'entries', zh: '记录' })} ${places}`;
}

function aboutText({ subject, numbers }: Finding, terminal: Terminal): string {
  if (numbers === undefined) return terminal.say({ en: `exchange ${subject}`, zh: `交换 ${subject}` });
  const { source, from, to } = numbers;
  const which = from === to ? `${from}` : `${from}-${to}`;
  return terminal.say({
    en: `sequence ${subject} of ${source}, ${which}`,
    zh: `${source} 的序列 ${subject}，${which}`,
  });
}

function notesOf({ findings, pending, left }: Reconciliation): readonly Title[] {
  const more = findings.length - MOST_TOLD;
  return [
    ...(more > 0 ? [{ en: `and ${more} more findings`, zh: `另有 ${more} 处` }] : []),
    ...(left > 0
      ? [{ en: `${left} more that do not agree were not looked at`, zh: `另有 ${left} 项不符未予核对` }]
      : []),
    ...(pending > 0
      ? [
          {
            en: `· ${pending} that are too recent: what is missing may still come. See --pending-within`,
            zh: `· ${pending} 项过新：所缺记录仍可能到达，见 --pending-within`,
          },
        ]
      : []),
  ];
}

/** The same for scripts. */
export function reconciliationAsJson(reconciliation: Reconciliation) {
  const { findings, ...rest } = reconciliation;
  const told = findings.slice(0, MOST_TOLD).map(({ kind, owner, subject, numbers, members, evidence }) => ({
    ...{ kind, owner },
    ...(numbers === undefined ? { exchange: subject } : { sequence: { ...numbers, chain: subject } }),
    ...{ members, evidence: evidence.map(({ shard, index }) => ({ shard, index })) },
  }));
  return { ok: isWhole(reconciliation), ...rest, findings: told, more: findings.length - told.length };
}
