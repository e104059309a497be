import type { Title } from '#exchange/names.js';

/** How far witnesses vouch for the checkpoints of a receipt. */
export type Witnessing = 'quorum' | 'unknown-witnesses' | 'nobody';

const SAME_HISTORY: Readonly<Record<Witnessing, Title>> = {
  quorum: {
    en: 'That the witnesses who cosigned are independent of whoever runs the log: they vouch that all are shown one history.',
    zh: '联署的见证方独立于日志运营方：由它们担保所有人看到的是同一历史。',
  },
  'unknown-witnesses': {
    en: 'That the log shows everybody the same history: those who cosigned are not known to the trust file, or are too few, or it asks for none. Compare checkpoints with others.',
    zh: '日志向所有人展示的是同一历史：联署者不在信任文件所列，或数量不足，或信任文件未要求联署。请与他人比对检查点。',
  },
  nobody: {
    en: 'That the log shows everybody the same history: this proof holds one checkpoint and no witness has cosigned it. Compare checkpoints with others.',
    zh: '日志向所有人展示的是同一历史：本证明只含一个检查点，且无见证方联署。请与他人比对检查点。',
  },
};

const ALWAYS: readonly Title[] = [
  {
    en: 'That the times are right: they are those of the clocks of gateway and department.',
    zh: '时间准确：时间来自网关和部门各自的时钟。',
  },
  {
    en: 'That the named officer acted: the asking system vouches for officer and case.',
    zh: '所列经办人确有此行为：经办人与案件由请求方系统负责。',
  },
];
const OF_RELEASE: readonly Title[] = [
  {
    en: "That the department's records are true, or complete: the proof is of what was released, not of the world.",
    zh: '部门登记的数据真实、完整：证明的是放行了什么，而非事实本身。',
  },
  {
    en: 'What became of the data afterwards.',
    zh: '数据此后的用途。',
  },
];
const WITHOUT_ANSWER: Title = {
  en: 'Which values were released: the answer is not in this file.',
  zh: '放行的具体数值：本文件不含应答数据。',
};
const WITHOUT_OPENING: Title = {
  en: 'Who asked, in which case, and with which request: the details are not in this receipt, or were erased.',
  zh: '何人、因何案件、以何请求查询：凭证中没有这些细节，或已被删除。',
};
const WITHOUT_OUTCOME: Title = {
  en: 'What came of the permit: the receipt holds neither a release nor a failure.',
  zh: '准许之后的结果：凭证中既无放行记录，也无失败记录。',
};

/** What no receipt can show, and what this one does not because something is not in it. */
export function notProven(has: {
  readonly opening: boolean;
  /** Whether it says what came of the decision. */
  readonly outcome: boolean;
  readonly released: boolean;
  readonly answer: boolean;
  readonly witnessing: Witnessing;
}): readonly Title[] {
  return [
    ...(has.outcome ? [] : [WITHOUT_OUTCOME]),
    ...(has.opening ? [] : [WITHOUT_OPENING]),
    ...(has.released && !has.answer ? [WITHOUT_ANSWER] : []),
    ...(has.released ? OF_RELEASE : []),
    SAME_HISTORY[has.witnessing],
    ...ALWAYS,
  ];
}
