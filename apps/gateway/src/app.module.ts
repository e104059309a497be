import { Module, type Abstract, type DynamicModule, type FactoryProvider, type Type } from '@nestjs/common';
import { Registry as MetricsRegistry } from 'prom-client';
import { ErasureService } from '#platform/erasure/erasure.service.js';
import { Readiness } from '#platform/health/readiness.js';
import { AdministrationService } from './administration/administration.service.js';
import { AgreementController } from './administration/agreement.controller.js';
import { AgreementRepository } from './administration/agreement.repository.js';
import { DepartmentController } from './administration/department.controller.js';
import { DepartmentRepository } from './administration/department.repository.js';
import { OPERATOR_KEYS } from './administration/operator.guard.js';
import { SystemController } from './administration/system.controller.js';
import { SystemRepository } from './administration/system.repository.js';
import { assembleGateway, type Gateway, type GatewaySupplies } from './assemble-gateway.js';
import { ProblemsController } from './documentation/problems.controller.js';
import { ErasureController } from './erasure/erasure.controller.js';
import { ExchangeController } from './exchange/exchange.controller.js';
import { ExchangeMetrics } from './exchange/exchange-metrics.js';
import { ExchangeService } from './exchange/exchange.service.js';
import { GatewayLifecycle } from './gateway-lifecycle.js';
import { ReceiptController } from './receipts/receipt.controller.js';
import { ReceiptService } from './receipts/receipt.service.js';
import { CatalogueController } from './registry/catalogue.controller.js';
import { RegistryService } from './registry/registry.service.js';
import { SignedRequests } from '#platform/replay/signed-requests.js';
import { KEY_REGISTRY } from './signature/key-registry.js';
import { REFUSAL_RECORDER, SIGNATURE_SETTINGS, type SignatureSettings } from './signature/signature.guard.js';

const GATEWAY = Symbol('Gateway');

/** Hands one part of the assembled gateway to whoever asks Nest for it. */
function part<Part>(token: symbol | Type<Part> | Abstract<Part>, pick: (gateway: Gateway) => Part): FactoryProvider {
  return { provide: token, inject: [GATEWAY], useFactory: pick };
}

@Module({})
export class AppModule {
  static with(supplies: GatewaySupplies): DynamicModule {
    const settings: SignatureSettings = { authorities: supplies.config.authorities, now: supplies.now };
    return {
      module: AppModule,
      controllers: [
        ExchangeController,
        ReceiptController,
        CatalogueController,
        DepartmentController,
        SystemController,
        AgreementController,
        ErasureController,
        ProblemsController,
      ],
      providers: [
        {
          provide: GATEWAY,
          inject: [MetricsRegistry, Readiness],
          useFactory: (metrics: MetricsRegistry, readiness: Readiness) => assembleGateway(supplies, metrics, readiness),
        },
        { provide: SIGNATURE_SETTINGS, useValue: settings },
        { provide: OPERATOR_KEYS, useValue: supplies.operators },
        part(KEY_REGISTRY, ({ registry }) => registry),
        part(REFUSAL_RECORDER, ({ refusals }) => refusals),
        part(RegistryService, ({ registry }) => registry),
        part(SignedRequests, ({ requests }) => requests),
        part(ExchangeService, ({ exchange }) => exchange),
        part(ExchangeMetrics, ({ metrics }) => metrics),
        part(ReceiptService, ({ receipts }) => receipts),
        part(AdministrationService, ({ administration }) => administration),
        part(ErasureService, ({ erasures }) => erasures),
        part(DepartmentRepository, ({ departments }) => departments),
        part(SystemRepository, ({ systems }) => systems),
        part(AgreementRepository, ({ agreements }) => agreements),
        part(GatewayLifecycle, ({ lifecycle }) => lifecycle),
      ],
    };
  }
}
