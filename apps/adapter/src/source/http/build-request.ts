import type { Condition, Operator, Scalar } from '#exchange/exchange-request.js';
import type { RequestTemplate } from '../../config/department-resource.js';
import { SourceFailure } from '../source-failure.js';
import { pathSegments, placeholderIn, type Placeholder } from './request-template.js';

export interface SourceRequest {
  readonly method: 'GET' | 'POST';
  /** Starts with the path of the base URL, with the query at its end. */
  readonly target: string;
  readonly body?: string;
}

/** Fills a template from the conditions of a query. Throws FILTER_INVALID where one that the path needs is missing. */
export function buildRequest(template: RequestTemplate, where: readonly Condition[], basePath: string): SourceRequest {
  const path = pathSegments(template.path).map((part) =>
    typeof part === 'string' ? part : segment(valuesFor(part, where)[0], part),
  );
  const parameters = new URLSearchParams();
  for (const [name, text] of Object.entries(template.query)) {
    for (const value of filled(text, where)) parameters.append(name, String(value));
  }
  const query = parameters.size === 0 ? '' : `?${parameters.toString()}`;
  const target = `${basePath.replace(/\/$/, '')}${path.join('/')}${query}`;
  if (template.body === undefined) return { method: template.method, target };
  return { method: template.method, target, body: JSON.stringify(filledBody(template.body, where)) };
}

/** `.` and `..` would change the path, and however they are encoded, URL parsers read them so. */
function segment(value: Scalar | undefined, { field }: Placeholder): string {
  const text = value === undefined ? '' : String(value);
  if (text === '' || text === '.' || text === '..') {
    const needed = `a condition eq on ${field}, and no dots or nothing for its value`;
    throw new SourceFailure('FILTER_INVALID', needed, `the source needs ${needed}`);
  }
  return encodeURIComponent(text);
}

function filled(text: string, where: readonly Condition[]): readonly Scalar[] {
  const placeholder = placeholderIn(text);
  return placeholder === undefined ? [text] : valuesFor(placeholder, where);
}

function filledBody(body: Readonly<Record<string, string>>, where: readonly Condition[]): Record<string, unknown> {
  const members = Object.entries(body).flatMap(([name, text]): [string, unknown][] => {
    const values = filled(text, where);
    if (values.length === 0) return [];
    return [[name, placeholderIn(text)?.op === 'in' ? values : values[0]]];
  });
  return Object.fromEntries(members);
}

/** Of several conditions of one kind the first is sent: all of them are applied to the answer anyway. */
function valuesFor({ field, op, bound }: Placeholder, where: readonly Condition[]): readonly Scalar[] {
  const condition = where.find((one) => one.field === field && one.op === op);
  if (condition === undefined) return [];
  const values: readonly Scalar[] = Array.isArray(condition.value) ? condition.value : [condition.value];
  return listed.includes(op) ? values : values.slice(bound, bound + 1);
}

const listed: readonly Operator[] = ['in'];
