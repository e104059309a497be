import { z } from 'zod';

/** `examples`, several at once, nobody writes yet: they must not go untried. */
const anyExample = z.object({ example: z.unknown().optional(), examples: z.never().optional() });
const parameter = anyExample.extend({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean().default(false),
  schema: z.looseObject({ example: z.unknown().optional(), default: z.unknown().optional() }),
});
const contents = z.record(
  z.string(),
  anyExample.extend({ schema: z.looseObject({ example: z.unknown().optional() }).optional() }),
);
const operation = z.object({
  description: z.string().default(''),
  parameters: z.array(parameter).default([]),
  requestBody: z.object({ content: contents }).optional(),
  responses: z.record(z.string(), z.object({ content: contents.default({}) })),
});
type Contents = z.output<typeof contents>;
type Parameter = z.output<typeof parameter>;

export const openApiDocument = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation)),
});

/** What an OpenAPI document says can be done, and how to try it. */
export interface DocumentedOperation extends z.output<typeof operation> {
  /** Such as `GET /v1/entries`. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
}

/** As a page sends it: to its own origin. */
export interface PageRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export function operationsOf(document: unknown): readonly DocumentedOperation[] {
  const { paths } = openApiDocument.parse(document);
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => {
      return { ...one, name: `${method.toUpperCase()} ${path}`, method: method.toUpperCase(), path };
    }),
  );
}

/** The required inputs that a page would not know what to fill in for. */
export function withoutExample({ parameters, requestBody }: DocumentedOperation): readonly string[] {
  const names = parameters.filter((one) => one.required && exampleOf(one) === undefined).map(({ name }) => name);
  const hasBody = requestBody === undefined || bodyOf(requestBody.content) !== undefined;
  return hasBody ? names : [...names, 'body'];
}

/** Every answer that a JSON example is given for, with its schema. */
export function documentedAnswers({ responses }: DocumentedOperation) {
  return Object.values(responses).flatMap(({ content }) =>
    Object.values(content).filter(({ example, schema }) => example !== undefined && schema !== undefined),
  );
}

/**
 * The requests that a page makes of the examples: with all that it fills in of itself (Swagger UI: examples and defaults),
 * and with what is required alone.
 */
export function requestsOf(operation: DocumentedOperation, origin: string): readonly PageRequest[] {
  const filledIn = operation.parameters.filter((one) => exampleOf(one) !== undefined);
  const required = filledIn.filter((one) => one.required);
  return (filledIn.length === required.length ? [filledIn] : [filledIn, required]).map((parameters) =>
    requestWith(operation, parameters, origin),
  );
}

function requestWith(operation: DocumentedOperation, parameters: readonly Parameter[], origin: string): PageRequest {
  const url = new URL(origin);
  const headers: Record<string, string> = { accept: 'application/json' };
  url.pathname = operation.path;
  for (const one of parameters) {
    const value = String(exampleOf(one));
    if (one.in === 'query') url.searchParams.set(one.name, value);
    else if (one.in === 'header') headers[one.name] = value;
  }
  const path = parameters
    .filter((one) => one.in === 'path')
    .reduce(
      (filled, one) => filled.replace(`{${one.name}}`, encodeURIComponent(String(exampleOf(one)))),
      operation.path,
    );
  const request = { url: `${url.origin}${path}${url.search}`, method: operation.method, headers };
  const body = operation.requestBody === undefined ? undefined : bodyOf(operation.requestBody.content);
  if (body === undefined) return request;
  // The page shows the example in several lines, and sends the text that it shows.
  return {
    ...request,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body, null, 2),
  };
}

function exampleOf({ example, schema }: Parameter): unknown {
  return example ?? schema.example ?? schema.default;
}

function bodyOf(content: Contents): unknown {
  const json = content['application/json'];
  return json?.example ?? json?.schema?.example;
}
