import type { DynamicModule, Type } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { LIMITS } from '#exchange/exchange-request.js';
import { Problem } from '#exchange/problem.js';
import { nestLogger } from '../logger.js';
import { measureHttp } from '../metrics/http-metrics.js';
import { PlatformModule } from '../platform.module.js';
import { watchMethods } from './allowed-methods.js';
import { setAnswerHeaders } from './answer-headers.js';
import { budgetBodies } from './body-budget.js';
import { answerClientError } from './client-error.js';
import { CONNECTION_LIMITS, limitConnections } from './connection-limits.js';
import { drainConnections } from './drain-connections.js';
import { answerOddRequests } from './odd-requests.js';
import { serveOpenApi, type DocumentOptions } from './openapi.js';
import { ProblemFilter } from './problem.filter.js';

export interface ServiceOptions {
  readonly module: Type | DynamicModule;
  readonly logger: Logger;
  readonly document: DocumentOptions;
  /** Bytes. */
  readonly bodyLimit?: number;
  /** Paths whose bodies are bytes of any media type, or of none; and how many bytes those may be. */
  readonly rawBodies?: ReadonlyMap<string, number>;
}

/** Bytes. */
const MAX_HEADERS = 64 * 1024;

@Module({})
class ServiceModule {}

/**
 * A service over HTTP, not listening yet. JSON bodies reach handlers as the bytes that came, since signatures are over
 * bytes: read them with parseBody. Every error is answered as a problem.
 */
export async function createService(options: ServiceOptions): Promise<NestFastifyApplication> {
  const filter = new ProblemFilter(options.logger);
  const bodyLimit = options.bodyLimit ?? LIMITS.bodyBytes;
  const { headersTimeout, requestTimeout, connectionsCheckingInterval } = CONNECTION_LIMITS;
  const adapter = new FastifyAdapter({
    bodyLimit,
    logger: false,
    keepAliveTimeout: 65_000,
    requestTimeout,
    // A decision that names many rows travels in a header.
    http: {
      ...{ maxHeaderSize: MAX_HEADERS, headersTimeout, requestTimeout, connectionsCheckingInterval },
      requireHostHeader: false,
    },
    clientErrorHandler: answerClientError,
    // Its answer would be no problem: drainConnections gives one.
    return503OnClosing: false,
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      filter.answer(error, request, reply);
    },
  });
  const root: DynamicModule = {
    module: ServiceModule,
    imports: [PlatformModule.forRoot(options.logger), options.module],
  };
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    bodyParser: false,
    logger: nestLogger(options.logger),
    abortOnError: false,
  });
  adapter.getInstance().removeAllContentTypeParsers();
  app.useBodyParser('application/json', { bodyLimit }, (_request: unknown, body: Buffer, done: BodyDone) => {
    done(null, body);
  });
  if (options.rawBodies !== undefined) takeRawBodies(adapter.getInstance(), options.rawBodies);
  app.useGlobalFilters(filter);
  const instance = adapter.getInstance();
  filter.allowedMethods = watchMethods(instance);
  measureHttp(instance, app.get(Registry));
  setAnswerHeaders(instance);
  limitConnections(instance, CONNECTION_LIMITS);
  answerOddRequests(instance, filter.answer.bind(filter));
  drainConnections(instance, (request, reply) => {
    filter.answer(new Problem('SHUTTING_DOWN'), request, reply);
  });
  budgetBodies(instance, filter.answer.bind(filter));
  serveOpenApi(app, options.document);
  return app;
}

function takeRawBodies(instance: FastifyInstance, limits: ReadonlyMap<string, number>): void {
  // A route's limit goes before that of whichever parser its media type leads to.
  instance.addHook('onRoute', (route) => {
    const limit = limits.get(route.url);
    if (limit !== undefined) route.bodyLimit = limit;
  });
  instance.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    const [path = ''] = request.url.split('?');
    if (limits.has(path)) done(null, body);
    else done(new Problem('MEDIA_TYPE_UNSUPPORTED'));
  });
}

type BodyDone = (error: Error | null, body: Buffer) => void;
