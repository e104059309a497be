import { operators, type Operator } from '#exchange/exchange-request.js';
import type { ConfigIssue } from '../../config/expand-variables.js';
import type { HttpResource, RequestTemplate } from '../../config/department-resource.js';

/** A place of a template that takes the value of a condition. `bound` tells the two values of `between` apart. */
export interface Placeholder {
  readonly field: string;
  readonly op: Operator;
  readonly bound: 0 | 1;
}

const PLACEHOLDER = /^\{([a-z0-9_]+)\.([a-z_]+)\}$/;

/** Undefined where the text is no placeholder and is sent as it stands. */
export function placeholderIn(text: string): Placeholder | undefined {
  const [, field, written] = PLACEHOLDER.exec(text) ?? [];
  if (field === undefined || written === undefined) return undefined;
  if (written === 'between_from') return { field, op: 'between', bound: 0 };
  if (written === 'between_to') return { field, op: 'between', bound: 1 };
  const op = operators.find((one) => one === written && one !== 'between');
  return op === undefined ? undefined : { field, op, bound: 0 };
}

/** The segments of the path, placeholders among them. */
export function pathSegments(path: string): readonly (string | Placeholder)[] {
  return path.split('/').map((segment) => placeholderIn(segment) ?? segment);
}

/** The statuses that mean that there is no row: where the configuration names none, 404 for what the path looks for. */
export function statusesOfNone({ path, emptyOn }: RequestTemplate): readonly number[] {
  const looksFor = pathSegments(path).some((part) => typeof part !== 'string');
  return emptyOn ?? (looksFor ? [404] : []);
}

/** What a template can and cannot express, checked when the configuration is loaded. */
export function checkTemplate(template: RequestTemplate, fields: HttpResource['fields']): ConfigIssue[] {
  const places = placesOf(template);
  return [
    ...places.flatMap(({ path, text }) => checkPlace(path, text, fields)),
    ...checkOffers(
      places.map(({ text }) => placeholderIn(text)).filter((one) => one !== undefined),
      fields,
    ),
    ...(template.body !== undefined && template.method === 'GET'
      ? [{ path: ['from', 'body'], message: 'GET has no body' }]
      : []),
  ];
}

interface Place {
  readonly path: PropertyKey[];
  readonly text: string;
}

function placesOf({ path, query, body }: RequestTemplate): readonly Place[] {
  return [
    ...path.split('/').map((text) => ({ path: ['from', 'path'], text })),
    ...Object.entries(query).map(([name, text]) => ({ path: ['from', 'query', name], text })),
    ...Object.entries(body ?? {}).map(([name, text]) => ({ path: ['from', 'body', name], text })),
  ];
}

function checkPlace(path: PropertyKey[], text: string, fields: HttpResource['fields']): ConfigIssue[] {
  const placeholder = placeholderIn(text);
  if (placeholder === undefined) {
    return /[{}]/.test(text) ? [{ path, message: `${text} is no placeholder: write {field.operator}` }] : [];
  }
  if (!(placeholder.field in fields)) return [{ path, message: `there is no field ${placeholder.field}` }];
  if (path.at(-1) === 'path' && placeholder.op !== 'eq') return [{ path, message: 'only eq can stand in the path' }];
  return [];
}

function checkOffers(places: readonly Placeholder[], fields: HttpResource['fields']): ConfigIssue[] {
  return Object.entries(fields).flatMap(([name, field]) =>
    field.operators.flatMap((op, index) => {
      const bounds = new Set(places.filter((one) => one.field === name && one.op === op).map((one) => one.bound));
      return bounds.size === (op === 'between' ? 2 : 1)
        ? []
        : [{ path: ['fields', name, 'operators', index], message: `the request template does not express ${op}` }];
    }),
  );
}
