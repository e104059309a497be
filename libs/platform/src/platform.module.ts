import { Module, type DynamicModule } from '@nestjs/common';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { HealthController } from './health/health.controller.js';
import { Readiness, READINESS_LOGGER } from './health/readiness.js';
import { MetricsController } from './metrics/metrics.controller.js';

/** What every service has: readiness and metrics. Global, so that no module needs to import it. */
@Module({})
export class PlatformModule {
  static forRoot(logger: Logger): DynamicModule {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    return {
      module: PlatformModule,
      global: true,
      controllers: [HealthController, MetricsController],
      providers: [
        Readiness,
        { provide: READINESS_LOGGER, useValue: logger },
        { provide: Registry, useValue: registry },
      ],
      exports: [Readiness, Registry],
    };
  }
}
