import { Module, type DynamicModule, type FactoryProvider, type Type } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { Registry } from 'prom-client';
import { Readiness } from '#platform/health/readiness.js';
import { OperatorOrders } from '#platform/orders/operator-orders.js';
import { AlertRepository } from './alerts/alert.repository.js';
import { AlertService } from './alerts/alert.service.js';
import { AlertsController } from './alerts/alerts.controller.js';
import { Speakers } from './alerts/speakers.js';
import { assembleLedger, type Ledger, type LedgerSupplies } from './assemble-ledger.js';
import { LedgerLifecycle } from './ledger-lifecycle.js';
import { EntriesController } from './reading/entries.controller.js';
import { EventLookup } from './reading/event-lookup.js';
import { EventsController } from './reading/events.controller.js';
import { ProofsController } from './reading/proofs.controller.js';
import { ShardsController } from './reading/shards.controller.js';
import { StorageInterceptor } from './reading/storage.interceptor.js';
import { tilesController } from './reading/tiles.controller.js';
import { ReconciliationController } from './reconciliation/reconciliation.controller.js';
import { ReconciliationRepository } from './reconciliation/reconciliation.repository.js';
import { EvidenceConsumer } from './sequencing/evidence.consumer.js';
import { EvidenceService } from './sequencing/evidence.service.js';
import { RootReader } from './reading/root-reader.js';
import { ShardLogs } from './shards/shard-log.js';
import { originPath } from './shards/shard.js';
import { WitnessesController } from './witnessing/witnesses.controller.js';
import { Witnesses } from './witnessing/witnesses.js';

const LEDGER = Symbol('Ledger');

/** Hands one part of the assembled ledger to whoever asks Nest for it. */
function part<Part>(token: Type<Part>, pick: (ledger: Ledger) => Part): FactoryProvider {
  return { provide: token, inject: [LEDGER], useFactory: pick };
}

@Module({})
export class AppModule {
  static with(supplies: LedgerSupplies): DynamicModule {
    return {
      module: AppModule,
      controllers: [
        EvidenceConsumer,
        ShardsController,
        WitnessesController,
        AlertsController,
        ReconciliationController,
        EntriesController,
        EventsController,
        ProofsController,
        tilesController(originPath(supplies.config.origin)),
      ],
      providers: [
        {
          provide: LEDGER,
          inject: [Registry, Readiness],
          useFactory: (registry: Registry, readiness: Readiness) => assembleLedger(supplies, registry, readiness),
        },
        { provide: APP_INTERCEPTOR, useClass: StorageInterceptor },
        part(ShardLogs, ({ logs }) => logs),
        part(RootReader, ({ root, keeper }) => new RootReader(supplies.family, root, keeper)),
        part(Witnesses, ({ witnesses }) => witnesses),
        part(EvidenceService, ({ evidence }) => evidence),
        part(AlertRepository, ({ alerts }) => alerts),
        part(Speakers, ({ speakers }) => speakers),
        part(OperatorOrders, ({ orders }) => orders),
        part(AlertService, ({ alertService }) => alertService),
        part(ReconciliationRepository, ({ reconciliation }) => reconciliation),
        part(EventLookup, ({ events }) => events),
        part(LedgerLifecycle, ({ lifecycle }) => lifecycle),
      ],
    };
  }
}
