import { z } from 'zod';
import type { Title } from './names.js';

interface ProblemKind {
  readonly status: number;
  readonly title: Title;
}

/**
 * Every code that a caller can meet, in one table: the HTTP filter, the documentation and the client read it. A code is
 * stable: it is never renamed and never changes its meaning. docs/problems.md is generated from here.
 */
export const problems = {
  // The request itself
  MALFORMED_JSON: { status: 400, title: { en: 'The body is not JSON', zh: '请求体不是合法的 JSON' } },
  INVALID_REQUEST: { status: 400, title: { en: 'The request breaks its schema', zh: '请求不符合格式定义' } },
  FIELD_UNKNOWN: { status: 422, title: { en: 'The resource has no such field', zh: '资源没有该字段' } },
  FILTER_INVALID: { status: 422, title: { en: 'A filter does not fit its field', zh: '筛选条件与字段不符' } },
  CURSOR_INVALID: { status: 422, title: { en: 'The cursor is not one for this question', zh: '游标不适用于本次查询' } },
  BODY_TOO_LARGE: { status: 413, title: { en: 'The body is too large', zh: '请求体过大' } },
  HEADERS_TOO_LARGE: { status: 431, title: { en: 'The headers are too large', zh: '请求头过大' } },
  REQUEST_TIMEOUT: { status: 408, title: { en: 'The request came too slowly', zh: '请求发送过慢' } },
  MEDIA_TYPE_UNSUPPORTED: { status: 415, title: { en: 'Send application/json', zh: '请使用 application/json' } },
  NOT_FOUND: { status: 404, title: { en: 'There is nothing here', zh: '不存在' } },
  METHOD_NOT_ALLOWED: { status: 405, title: { en: 'This method is not for this path', zh: '该路径不支持此方法' } },
  CONFLICT: { status: 409, title: { en: 'It was changed or exists already', zh: '已存在或已被修改' } },
  // Who asks
  SIGNATURE_MISSING: { status: 401, title: { en: 'The request is not signed', zh: '请求未签名' } },
  SIGNATURE_MALFORMED: { status: 401, title: { en: 'The signature headers cannot be read', zh: '签名头无法解析' } },
  SIGNATURE_INCOMPLETE: { status: 401, title: { en: 'The signature covers too little', zh: '签名覆盖的内容不足' } },
  SIGNATURE_INVALID: { status: 401, title: { en: 'The signature does not verify', zh: '签名验证失败' } },
  SIGNATURE_EXPIRED: {
    status: 401,
    title: { en: 'The signature is outside the clock window', zh: '签名超出时间窗口' },
  },
  DIGEST_MISMATCH: {
    status: 401,
    title: { en: 'The body is not the one that was signed', zh: '请求体与签名摘要不符' },
  },
  KEY_UNKNOWN: { status: 401, title: { en: 'The key is not registered', zh: '密钥未登记' } },
  KEY_NOT_VALID: {
    status: 401,
    title: { en: 'The key is revoked or outside its validity', zh: '密钥已吊销或不在有效期' },
  },
  REPLAYED: { status: 409, title: { en: 'The request was made before', zh: '请求被重放' } },
  TOO_MANY_FAILURES: { status: 429, title: { en: 'Too many refused requests', zh: '被拒请求过多' } },
  OPERATOR_REQUIRED: { status: 403, title: { en: 'Only an operator may do this', zh: '仅限运维操作员' } },
  SECOND_KEY_REQUIRED: {
    status: 403,
    title: { en: 'Another key than the one that explained it is needed', zh: '须由说明告警以外的密钥处理' },
  },
  // What was decided
  RESOURCE_UNKNOWN: { status: 403, title: { en: 'No such resource is shared', zh: '没有这样的共享资源' } },
  NO_AGREEMENT: { status: 403, title: { en: 'No agreement covers this', zh: '没有适用的共享协议' } },
  AGREEMENT_NOT_LIVE: { status: 403, title: { en: 'The agreement is not in force', zh: '共享协议不在有效期' } },
  PURPOSE_NOT_AGREED: { status: 403, title: { en: 'The agreement is for another purpose', zh: '用途不在协议范围内' } },
  BASIS_NOT_AGREED: {
    status: 403,
    title: { en: 'The agreement rests on another legal basis', zh: '法律依据不在协议范围内' },
  },
  FIELD_NOT_AGREED: { status: 403, title: { en: 'The agreement does not grant a field', zh: '协议未授权该字段' } },
  FILTER_NOT_AGREED: {
    status: 403,
    title: { en: 'The agreement does not grant a filter', zh: '协议未授权该筛选条件' },
  },
  FILTER_REQUIRED: {
    status: 403,
    title: { en: 'The agreement demands that the request name a field', zh: '协议要求按指定字段查询' },
  },
  QUOTA_EXCEEDED: { status: 429, title: { en: 'The quota of the agreement is used up', zh: '协议配额已用完' } },
  // Between gateway and adapter
  DECISION_INVALID: { status: 401, title: { en: 'The decision does not verify', zh: '授权决定验证失败' } },
  DECISION_EXPIRED: { status: 401, title: { en: 'The decision has expired', zh: '授权决定已过期' } },
  DECISION_NOT_FOR_US: {
    status: 403,
    title: { en: 'The decision is for another department', zh: '授权决定属于其他部门' },
  },
  DECISION_USED: { status: 409, title: { en: 'The decision was acted on before', zh: '授权决定已被使用' } },
  DECISION_EXCEEDED: {
    status: 403,
    title: { en: 'The request asks for more than the decision grants', zh: '请求超出授权决定' },
  },
  // Between an operator and an adapter
  ORDER_INVALID: { status: 401, title: { en: "The operator's order does not verify", zh: '操作员指令验证失败' } },
  // What only the log tells: whoever left is told nothing
  CALLER_GONE: { status: 499, title: { en: 'The caller left before the answer', zh: '调用方在应答前断开' } },
  // Parts that are down
  RECORD_UNAVAILABLE: {
    status: 503,
    title: { en: 'The access cannot be recorded, so nothing is released', zh: '无法留痕，不予放行' },
  },
  REGISTRY_STALE: { status: 503, title: { en: 'The gateway cannot see its registry', zh: '网关暂时无法读取登记信息' } },
  ADAPTER_UNAVAILABLE: { status: 503, title: { en: 'The department cannot be reached', zh: '无法连接提供部门' } },
  ADAPTER_TIMEOUT: { status: 504, title: { en: 'The department did not answer in time', zh: '提供部门未及时应答' } },
  ADAPTER_ANSWER_INVALID: { status: 502, title: { en: 'The department answered rubbish', zh: '提供部门应答无效' } },
  SOURCE_UNAVAILABLE: { status: 503, title: { en: "The department's source cannot be read", zh: '部门数据源不可用' } },
  SOURCE_TIMEOUT: { status: 504, title: { en: "The department's source took too long", zh: '部门数据源超时' } },
  SOURCE_ANSWER_INVALID: {
    status: 502,
    title: { en: "The department's source answered what it should not", zh: '部门数据源应答无效' },
  },
  LEDGER_UNAVAILABLE: { status: 503, title: { en: 'The ledger cannot be reached', zh: '无法连接账本' } },
  SERVICE_BUSY: { status: 503, title: { en: 'The service has too much to read', zh: '服务繁忙' } },
  SHUTTING_DOWN: { status: 503, title: { en: 'The service is stopping', zh: '服务正在停止' } },
  INTERNAL: { status: 500, title: { en: 'An error of ours', zh: '内部错误' } },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof problems;
export const problemCode = z.enum(Object.keys(problems) as [ProblemCode, ...ProblemCode[]]);

/** The media type and members of RFC 9457. `type` is a relative reference into the documentation. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';
export const problemDetails = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: problemCode,
  detail: z.string().optional(),
  /** Where in the request: a JSON Pointer and what is wrong there. */
  errors: z.array(z.strictObject({ pointer: z.string(), message: z.string() })).optional(),
});
export type ProblemDetails = z.infer<typeof problemDetails>;

/** What a service throws to answer with a problem. `extra` is shown to the caller: nothing of the source may be in it. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly code: ProblemCode,
    readonly detail?: string,
    readonly extra: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(detail === undefined ? code : `${code}: ${detail}`, options);
  }

  get status(): number {
    return problems[this.code].status;
  }

  /** Headers that go with the answer. A caller that may soon try again is told when; of a quota, the detail tells. */
  get headers(): Readonly<Record<string, string>> {
    return this.status === 503 || this.code === 'TOO_MANY_FAILURES' ? { 'retry-after': '1' } : {};
  }

  toDetails(): ProblemDetails {
    const { status, title } = problems[this.code];
    return {
      type: `/problems#${this.code.toLowerCase().replaceAll('_', '-')}`,
      title: `${title.en} / ${title.zh}`,
      status,
      code: this.code,
      ...(this.detail === undefined ? {} : { detail: this.detail }),
      ...this.extra,
    };
  }
}

/** What the work gives. Throws RECORD_UNAVAILABLE, for its cause, where it fails; a Problem of the work's own as it is. */
export async function orRecordUnavailable<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (cause) {
    throw cause instanceof Problem ? cause : new Problem('RECORD_UNAVAILABLE', undefined, {}, { cause });
  }
}
