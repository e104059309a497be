import { alertReasons, type AlertState, type AlertSummary } from '#exchange/alert.js';
import type { Title } from '#exchange/names.js';
import { findingKinds, type FindingKind } from '#reconcile/finding.js';
import type { Terminal } from '../terminal.js';

const kinds: Readonly<Record<FindingKind, Title>> = {
  'decision-without-release': { en: 'a decision without a release', zh: '有决定而无放行' },
  'release-without-decision': { en: 'a release without a decision', zh: '有放行而无决定' },
  'failure-without-decision': { en: 'a failure without a decision', zh: '有失败而无决定' },
  'digests-differ': { en: 'the two sides do not say the same', zh: '双方记录不一致' },
  'more-released': { en: 'more was released than decided', zh: '放行超出决定' },
  late: { en: 'a record that came late', zh: '记录迟到' },
  duplicate: { en: 'a record that was written twice', zh: '记录重复' },
  hole: { en: 'records of a sequence are missing', zh: '记录序列缺失' },
  fork: { en: 'two records claim one place', zh: '记录序列分叉' },
  unplaced: { en: 'a record stands in no sequence', zh: '记录未编入序列' },
  unanchored: { en: 'a sequence was begun anew', zh: '记录序列另起' },
  unfollowed: { en: 'more than can be followed', zh: '超出可追踪范围' },
};
const states: Readonly<Record<AlertState, Title>> = {
  open: { en: 'open', zh: '未处理' },
  explained: { en: 'explained', zh: '已说明' },
  resolved: { en: 'resolved', zh: '已解决' },
};

/** A kind that came after this code is shown by its name. */
export function kindText(kind: string, terminal: Terminal): string {
  const known = findingKinds.find((one) => one === kind);
  return known === undefined ? kind : terminal.say(kinds[known]);
}

export function stateText(state: AlertState, terminal: Terminal): string {
  return terminal.say(states[state]);
}

export function reasonText(reason: keyof typeof alertReasons, terminal: Terminal): string {
  return terminal.say(alertReasons[reason]);
}

/** The exchange, or the numbers of a sequence. */
export function aboutText({ exchange, sequence }: AlertSummary): string {
  if (sequence === undefined) return exchange ?? '';
  const { chain, from, to } = sequence;
  return `${chain} ${from === to ? from : `${from}-${to}`}`;
}
