import { applyDecorators, type INestApplication } from '@nestjs/common';
import { ApiBody, ApiResponse, DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { Problem, PROBLEM_MEDIA_TYPE, problemDetails, problems, type ProblemCode } from '#exchange/problem.js';

type SchemaObject = NonNullable<Extract<Parameters<typeof ApiBody>[0], { schema: unknown }>['schema']>;

/** OpenAPI 3.1 takes JSON Schema 2020-12 as it is: the schema that validates is the schema that documents. */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): SchemaObject {
  const document: Record<string, unknown> = { ...z.toJSONSchema(schema, { io, unrepresentable: 'any' }) };
  delete document.$schema;
  return document;
}

/** Documents a JSON body that the handler reads with parseBody. */
export function JsonBody(schema: z.ZodType, example: unknown): MethodDecorator {
  return ApiBody({ schema: { ...jsonSchema(schema, 'input'), example } });
}

/** Documents a JSON answer. */
export function JsonAnswer(schema: z.ZodType, options: { status?: number; description: string; example?: unknown }) {
  return ApiResponse({
    status: options.status ?? 200,
    description: options.description,
    content: {
      'application/json': {
        schema: jsonSchema(schema, 'output'),
        ...(options.example === undefined ? {} : { example: options.example }),
      },
    },
  });
}

/** Documents the problems that an operation may answer with, grouped by status. */
export function Problems(...codes: readonly ProblemCode[]) {
  const statuses = new Set(codes.map((code) => problems[code].status));
  return applyDecorators(
    ...[...statuses].map((status) => {
      const found = codes.map((code) => new Problem(code)).filter((problem) => problem.status === status);
      return ApiResponse({
        status,
        description: found.map(({ code }) => `\`${code}\`: ${problems[code].title.en}`).join('; '),
        content: {
          [PROBLEM_MEDIA_TYPE]: {
            schema: jsonSchema(problemDetails, 'output'),
            example: found[0]?.toDetails(),
          },
        },
      });
    }),
  );
}

export interface DocumentOptions {
  readonly title: string;
  readonly description: string;
  readonly version: string;
  /** How callers show who they are: a name that operations refer to by ApiSecurity, a header, and what is to be said of it. */
  readonly security?: { readonly name: string; readonly header: string; readonly description: string };
  /**
   * JavaScript for the documentation's page. It may define `window.interceptRequest(request)`, which is given each request
   * that a reader tries out, and returns it, or a promise of it, as it is to be sent.
   */
  readonly pageScript?: string;
  /** Asked for each time that the document is read. Where it cannot be told, the examples stay as they are written. */
  readonly liveExamples?: (app: INestApplication) => readonly LiveExample[] | Promise<readonly LiveExample[]>;
}

/** For examples that name what is known only where the service runs. JSON, both. */
export interface LiveExample {
  /** What stands for it in the document as it is written: a whole value. */
  readonly placeholder: unknown;
  /** What it is now. While there is nothing, the placeholder stays. */
  readonly current: unknown;
}

/** The button would offer to fill in a password or a token. Nobody signs by filling in. */
const HIDE_AUTHORIZE = '.swagger-ui .scheme-container, .swagger-ui .authorization__btn { display: none }';

/** Swagger UI at /docs, the document at /docs/openapi.json. */
export function serveOpenApi(app: INestApplication, options: DocumentOptions): void {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(options.title)
    .setDescription([options.description, options.security?.description].join('\n\n').trim())
    .setVersion(options.version);
  if (options.security !== undefined) {
    const { name, header, description } = options.security;
    builder.addSecurity(name, { type: 'apiKey', in: 'header', name: header, description });
  }
  const config = builder.build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, config), {
    jsonDocumentUrl: 'docs/openapi.json',
    yamlDocumentUrl: 'docs/openapi.yaml',
    customSiteTitle: options.title,
    customCss: HIDE_AUTHORIZE,
    ...(options.pageScript === undefined ? {} : withScript(options.pageScript)),
    ...(options.liveExamples === undefined ? {} : withLiveExamples(app, options.liveExamples)),
  });
}

function withLiveExamples(app: INestApplication, liveExamples: NonNullable<DocumentOptions['liveExamples']>) {
  return {
    patchDocumentOnRequest: async (_request: unknown, _reply: unknown, document: OpenAPIObject) => {
      const examples = await Promise.resolve(app)
        .then(liveExamples)
        .catch(() => []);
      const text = examples
        .filter(({ current }) => current !== undefined)
        .reduce(
          (written, { placeholder, current }) =>
            written.replaceAll(JSON.stringify(placeholder), () => JSON.stringify(current)),
          JSON.stringify(document),
        );
      return JSON.parse(text) as OpenAPIObject;
    },
  };
}

/** Swagger UI is set up by a script of its own, into which the interceptor is written as text: it must need nothing else. */
function withScript(script: string) {
  return {
    customJsStr: script,
    swaggerOptions: {
      requestInterceptor: (request: unknown) => {
        const page = globalThis as { readonly interceptRequest?: (request: unknown) => unknown };
        return page.interceptRequest?.(request) ?? request;
      },
    },
  };
}
