import { Module, type DynamicModule } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Logger } from 'pino';
import { HealthController } from './health/health.controller.js';
import { Readiness } from './health/readiness.js';
import { MetricsController } from './metrics/metrics.controller.js';

/** The token by which a provider asks for the service's pino logger. */
export const LOGGER = Symbol('logger');

/** What every service has: readiness, metrics, its logger. Global, so that no module needs to import it. */
@Module({})
export class PlatformModule {
  static forRoot(logger: Logger): DynamicModule {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    return {
      module: PlatformModule,
      global: true,
      controllers: [HealthController, MetricsController],
      providers: [Readiness, { provide: Registry, useValue: registry }, { provide: LOGGER, useValue: logger }],
      exports: [Readiness, Registry, LOGGER],
    };
  }
}
