import addFormats from 'ajv-formats';
import { Ajv2020, type AnySchema } from 'ajv/dist/2020.js';
import type { DocumentedOperation } from './documented-operation.js';

/** What came over the wire. */
export interface WireAnswer {
  readonly status: number;
  readonly mediaType: string;
  readonly text: string;
}

/** OpenAPI 3.1 takes JSON Schema 2020-12, and one keyword of its own is used. What Ajv does not know is an error. */
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true, keywords: ['example'] });
addFormats.default(ajv);

/** The lowest of those that the operation calls a success. */
export function successOf({ responses }: DocumentedOperation): number {
  return Math.min(
    ...Object.keys(responses)
      .map(Number)
      .filter((status) => status >= 200 && status < 300),
  );
}

/** How `value` breaks the schema. */
export function breaches(schema: unknown, value: unknown): readonly string[] {
  const validate = ajv.compile(schema as AnySchema);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message ?? ''}`);
}

/** How an answer breaks what is declared of its operation. */
export function faultsOf(
  { responses }: DocumentedOperation,
  { status, mediaType, text }: WireAnswer,
): readonly string[] {
  const declared = responses[status];
  if (declared === undefined) return [`the status ${status} is not declared: ${text.slice(0, 300)}`];
  const content = declared.content[mediaType];
  if (content === undefined) return [`${status} as ${mediaType} is not declared`];
  const isJson = /[/+]json$/.test(mediaType);
  if (content.schema === undefined) return isJson ? [`${status} has no schema`] : [];
  return breaches(content.schema, isJson ? JSON.parse(text) : text);
}
