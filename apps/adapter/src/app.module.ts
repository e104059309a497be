import { Module, type DynamicModule } from '@nestjs/common';
import { Registry } from 'prom-client';
import { ErasureService } from '#platform/erasure/erasure.service.js';
import { Readiness } from '#platform/health/readiness.js';
import { OperatorOrders } from '#platform/orders/operator-orders.js';
import { AdapterLifecycle } from './adapter-lifecycle.js';
import { assembleAdapter, type Adapter, type AdapterSupplies } from './assemble-adapter.js';
import { DECISION_SETTINGS, type DecisionSettings } from './release/decision.guard.js';
import { ErasureController } from './erasure/erasure.controller.js';
import { ReleaseMetrics } from './release/release-metrics.js';
import { ReleaseController } from './release/release.controller.js';
import { ReleaseService } from './release/release.service.js';
import { publicationOf } from './resources/published-resources.js';
import { PUBLICATION, ResourceController } from './resources/resource.controller.js';
import { WitnessController } from './witness/witness.controller.js';
import { WitnessService } from './witness/witness.service.js';

const ADAPTER = Symbol('Adapter');

@Module({})
export class AppModule {
  static with(supplies: AdapterSupplies): DynamicModule {
    const settings: DecisionSettings = {
      issuer: supplies.config.gateway.issuer,
      keys: supplies.gatewayKeys,
      department: supplies.department.department.id,
      now: supplies.now,
    };
    return {
      module: AppModule,
      controllers: [
        ReleaseController,
        ResourceController,
        ErasureController,
        ...(supplies.witness === undefined ? [] : [WitnessController]),
      ],
      providers: [
        {
          provide: ADAPTER,
          inject: [Registry, Readiness],
          useFactory: (registry: Registry, readiness: Readiness) => assembleAdapter(supplies, registry, readiness),
        },
        { provide: DECISION_SETTINGS, useValue: settings },
        { provide: OperatorOrders, inject: [ADAPTER], useFactory: ({ orders }: Adapter) => orders },
        { provide: ErasureService, inject: [ADAPTER], useFactory: ({ erasures }: Adapter) => erasures },
        { provide: PUBLICATION, useValue: publicationOf(supplies.department) },
        { provide: ReleaseService, inject: [ADAPTER], useFactory: ({ releases }: Adapter) => releases },
        { provide: ReleaseMetrics, inject: [ADAPTER], useFactory: ({ metrics }: Adapter) => metrics },
        { provide: WitnessService, inject: [ADAPTER], useFactory: ({ witness }: Adapter) => witness },
        { provide: AdapterLifecycle, inject: [ADAPTER], useFactory: ({ lifecycle }: Adapter) => lifecycle },
      ],
    };
  }
}
