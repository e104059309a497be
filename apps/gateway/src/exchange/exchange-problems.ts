import type { ProblemCode } from '#exchange/problem.js';

/** What an exchange may be answered with, besides what any signed request may: for the documentation. */
export const exchangeProblems = [
  'MALFORMED_JSON',
  'INVALID_REQUEST',
  'BODY_TOO_LARGE',
  'MEDIA_TYPE_UNSUPPORTED',
  'FIELD_UNKNOWN',
  'FILTER_INVALID',
  'CURSOR_INVALID',
  'TOO_MANY_FAILURES',
  'RESOURCE_UNKNOWN',
  'NO_AGREEMENT',
  'AGREEMENT_NOT_LIVE',
  'PURPOSE_NOT_AGREED',
  'BASIS_NOT_AGREED',
  'FIELD_NOT_AGREED',
  'FILTER_NOT_AGREED',
  'FILTER_REQUIRED',
  'QUOTA_EXCEEDED',
  'ADAPTER_UNAVAILABLE',
  'ADAPTER_TIMEOUT',
  'ADAPTER_ANSWER_INVALID',
  'SOURCE_UNAVAILABLE',
  'SOURCE_TIMEOUT',
  'SOURCE_ANSWER_INVALID',
] as const satisfies readonly ProblemCode[];
