import { parseTraceParent } from '@opentelemetry/core';
import { randomBytes } from './random-bytes.js';

/** W3C Trace Context: a new span in the caller's trace, or in a new sampled trace where the caller sent none that is valid. */
export function childTraceparent(parent?: string): string {
  const context = parent === undefined ? null : parseTraceParent(parent);
  const traceId = context?.traceId ?? randomBytes(16).toString('hex');
  const flags = (context?.traceFlags ?? 1).toString(16).padStart(2, '0');
  return `00-${traceId}-${randomBytes(8).toString('hex')}-${flags}`;
}

/** The trace id, for a log line. */
export function traceIdOf(traceparent: string): string {
  return traceparent.slice(3, 35);
}
