import type { FieldType } from '#policy/resource.js';
import type { LiveExample } from '#platform/http/openapi.js';
import type { Publication } from '../resources/published-resources.js';
import { exampleAnswer, examplePublication, exampleRequest } from './examples.js';

const SELECTED = 3;

/** As each type is answered. Invented, whatever the department holds. */
const values: Readonly<Record<FieldType, string | number | boolean>> = {
  string: '…',
  integer: 3,
  decimal: '88.50',
  boolean: true,
  date: '2026-03-01',
  timestamp: '2026-03-01T01:30:00.000Z',
};

/** A department's own publication, and a question about the first of its resources. */
export function liveExamples(publication: Publication): LiveExample[] {
  const own = { placeholder: examplePublication, current: publication };
  const [resource] = publication.resources;
  const fields = Object.entries(resource?.fields ?? {}).slice(0, SELECTED);
  if (resource === undefined || fields.length === 0) return [own];
  const request = { ...exampleRequest, resource: resource.id, select: fields.map(([name]) => name) };
  const row = Object.fromEntries(fields.map(([name, { type }]) => [name, values[type]]));
  return [
    own,
    { placeholder: exampleRequest, current: request },
    { placeholder: exampleAnswer, current: { rows: [row] } },
  ];
}
