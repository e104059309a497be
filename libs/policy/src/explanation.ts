import type { LegalBasis } from '#exchange/exchange-request.js';
import type { Title } from '#exchange/names.js';
import type {
  AgreementVersion,
  DenyDetails,
  DenyReason,
  ExhaustedQuota,
  Refusal,
  RefusalFor,
  RefusedUse,
  RequiredFilter,
  Validity,
  WithheldField,
} from './decision.js';

/** A sentence for each reason: a new reason without its sentences does not compile. */
type Sentences = { readonly [Reason in DenyReason]: (detail: DenyDetails[Reason]) => string };
type Because = Readonly<Record<WithheldField['because'], (one: WithheldField) => string>>;

/** Why it was refused and what would make it right. For the caller alone: it repeats the caller's own words. */
export function toExplanation(refusal: Refusal): Title {
  return { zh: inWords(chinese, refusal), en: inWords(english, refusal) };
}

function inWords<Reason extends DenyReason>(sentences: Sentences, refusal: RefusalFor<Reason>): string {
  return sentences[refusal.reason](refusal.detail);
}

const english: Sentences = {
  NO_AGREEMENT: ({ consumer, resource }) =>
    `There is no agreement that lets ${consumer} ask for ${resource}. Conclude one with the department that holds it.`,
  AGREEMENT_NOT_LIVE: ({ agreements }) => {
    const each = agreements.map((one) => `Agreement ${versionEn(one)} ${inForceEn(one)}.`);
    return `${each.join(' ')} Renew it, or ask while it is in force.`;
  },
  PURPOSE_NOT_AGREED: ({ asked, agreements }) => {
    const each = agreements.map((one) => `Agreement ${versionEn(one)} is for ${one.purposes.join(', ')}.`);
    return `No agreement in force is for the purpose ${asked}. ${each.join(' ')}`;
  },
  BASIS_NOT_AGREED: ({ asked, agreements }) => {
    const basis = ({ law, article }: LegalBasis) => `${law} ${article}`;
    const each = agreements.map((one) => `Agreement ${versionEn(one)} rests on ${one.bases.map(basis).join(', ')}.`);
    return `No agreement for this purpose rests on ${basis(asked)}. ${each.join(' ')}`;
  },
  FIELD_NOT_AGREED: ({ withheld, granted }) => {
    const each = withheld.map((one) => `Field ${one.field} ${withheldEn[one.because](one)}.`);
    const instead = granted.length === 0 ? 'No field may be selected.' : `You may select ${granted.join(', ')}.`;
    return `${each.join(' ')} ${instead}`;
  },
  FILTER_NOT_AGREED: ({ refused }) => refused.map(refusedEn).join(' '),
  FILTER_REQUIRED: ({ required }) => required.map(requiredEn).join(' '),
  QUOTA_EXCEEDED: ({ exhausted }) => exhausted.map(exhaustedEn).join(' '),
};

function inForceEn({ validFrom, validUntil, withdrawnFrom }: Validity): string {
  if (withdrawnFrom !== undefined) return `was withdrawn from ${withdrawnFrom}`;
  return `is in force from ${validFrom} until ${validUntil}`;
}

const withheldEn: Because = {
  NOT_NAMED: ({ by }) => `is not granted by ${versionsEn(by)}`,
  OMITTED: ({ by }) => `is never released under ${versionsEn(by)}`,
  TRANSFORMS_CONFLICT: ({ by }) => `is released by ${versionsEn(by)} in forms of which each hides what the other tells`,
};

function refusedEn({ field, use, granted, by }: RefusedUse): string {
  if (use === 'order')
    return `Field ${field} may not order the answer: it is not released in clear by ${versionsEn(by)}.`;
  const instead = granted.length === 0 ? 'No filter on it is granted' : `Granted are ${granted.join(', ')}`;
  return `Field ${field} may not be filtered by ${use}: that is not granted by ${versionsEn(by)}. ${instead}.`;
}

function requiredEn({ field, most, by }: RequiredFilter): string {
  const how = most === 1 ? 'by eq' : `by eq, or by in with ${most} values at the most`;
  return `The request must name field ${field} ${how}: that is required by ${versionsEn(by)}.`;
}

const periodsEn: Readonly<Record<ExhaustedQuota['per'], string>> = { hour: 'an hour', day: 'a day', month: 'a month' };

function exhaustedEn({ agreement, limit, per, until }: ExhaustedQuota): string {
  return `Agreement ${versionEn(agreement)} permits ${limit} requests ${periodsEn[per]}, and they are used up. Ask again from ${until}.`;
}

function versionEn({ id, version }: AgreementVersion): string {
  return `${id} (version ${version})`;
}

function versionsEn(versions: readonly AgreementVersion[]): string {
  return versions.map((one) => `agreement ${versionEn(one)}`).join(' and ');
}

const chinese: Sentences = {
  NO_AGREEMENT: ({ consumer, resource }) => `${consumer} 没有查询 ${resource} 的共享协议。请先与数据提供部门签订协议。`,
  AGREEMENT_NOT_LIVE: ({ agreements }) => {
    const each = agreements.map((one) => `${versionZh(one)}${inForceZh(one)}。`);
    return `${each.join('')}请续签协议，或在有效期内查询。`;
  },
  PURPOSE_NOT_AGREED: ({ asked, agreements }) => {
    const each = agreements.map((one) => `${versionZh(one)}的用途为 ${one.purposes.join('、')}。`);
    return `有效的协议均不包含用途 ${asked}。${each.join('')}`;
  },
  BASIS_NOT_AGREED: ({ asked, agreements }) => {
    const basis = ({ law, article }: LegalBasis) => `《${law}》${article}`;
    const each = agreements.map((one) => `${versionZh(one)}的法律依据为${one.bases.map(basis).join('、')}。`);
    return `该用途的协议均不以${basis(asked)}为法律依据。${each.join('')}`;
  },
  FIELD_NOT_AGREED: ({ withheld, granted }) => {
    const each = withheld.map((one) => `${withheldZh[one.because](one)}。`);
    const instead = granted.length === 0 ? '没有可以查询的字段。' : `可以查询的字段为 ${granted.join('、')}。`;
    return `${each.join('')}${instead}`;
  },
  FILTER_NOT_AGREED: ({ refused }) => refused.map(refusedZh).join(''),
  FILTER_REQUIRED: ({ required }) => required.map(requiredZh).join(''),
  QUOTA_EXCEEDED: ({ exhausted }) => exhausted.map(exhaustedZh).join(''),
};

function inForceZh({ validFrom, validUntil, withdrawnFrom }: Validity): string {
  if (withdrawnFrom !== undefined) return `已自 ${withdrawnFrom} 起撤回`;
  return `的有效期为 ${validFrom} 至 ${validUntil}（不含）`;
}

const withheldZh: Because = {
  NOT_NAMED: ({ field, by }) => `${versionsZh(by)}未授权字段 ${field}`,
  OMITTED: ({ field, by }) => `${versionsZh(by)}规定字段 ${field} 一律不予提供`,
  TRANSFORMS_CONFLICT: ({ field, by }) => `${versionsZh(by)}对字段 ${field} 的脱敏方式相互冲突，不予提供`,
};

function refusedZh({ field, use, granted, by }: RefusedUse): string {
  if (use === 'order') return `不能按字段 ${field} 排序：${versionsZh(by)}未以原文提供该字段。`;
  const instead = granted.length === 0 ? '该字段不允许筛选' : `允许的筛选方式为 ${granted.join('、')}`;
  return `不能对字段 ${field} 使用 ${use} 筛选：${versionsZh(by)}未授权。${instead}。`;
}

function requiredZh({ field, most, by }: RequiredFilter): string {
  const how = most === 1 ? '使用 eq' : `使用 eq 或 in（最多 ${most} 个值）`;
  return `必须对字段 ${field} ${how} 筛选：${versionsZh(by)}要求如此。`;
}

const periodsZh: Readonly<Record<ExhaustedQuota['per'], string>> = { hour: '小时', day: '日', month: '月' };

function exhaustedZh({ agreement, limit, per, until }: ExhaustedQuota): string {
  return `${versionZh(agreement)}每${periodsZh[per]}限 ${limit} 次，本期已用完。请于 ${until} 之后再查询。`;
}

function versionZh({ id, version }: AgreementVersion): string {
  return `协议 ${id}（第 ${version} 版）`;
}

function versionsZh(versions: readonly AgreementVersion[]): string {
  return versions.map(versionZh).join('、');
}
