import { Body, Controller, Get, Param, Put, Query, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { agreementId, resourceId, systemId } from '#exchange/names.js';
import { Problem } from '#exchange/problem.js';
import { checkShape, parseBody } from '#platform/http/json-body.js';
import { JsonAnswer, JsonBody } from '#platform/http/openapi.js';
import { agreement, type Agreement } from '#policy/agreement.js';
import { exampleAgreement } from '../documentation/examples.js';
import { IdPath } from '../documentation/path-parameters.js';
import { Paged, SignedOperation } from '../documentation/signed-operation.js';
import { AdministrationService } from './administration.service.js';
import { AgreementRepository, putAgreement } from './agreement.repository.js';
import { pageOf, pageQuery, type ListPage } from './list-page.js';
import { Operator } from './operator.decorator.js';
import { OperatorGuard } from './operator.guard.js';
import type { ChangedBy } from './registry-change.js';

const query = z.strictObject({ ...pageQuery, consumer: systemId.optional(), resource: resourceId.optional() });
const versions = z.strictObject({ items: z.array(agreement) });

@ApiTags('administration')
@Controller('v1/admin/agreements')
@UseGuards(OperatorGuard)
export class AgreementController {
  constructor(
    private readonly administration: AdministrationService,
    private readonly agreements: AgreementRepository,
  ) {}

  @Put(':id')
  @IdPath(exampleAgreement.id)
  @ApiOperation({ summary: 'Register an agreement or its next version. What is registered is never changed' })
  @JsonBody(agreement, exampleAgreement)
  @JsonAnswer(agreement, { description: 'As it is in force now' })
  @SignedOperation('OPERATOR_REQUIRED', 'MALFORMED_JSON', 'INVALID_REQUEST', 'CONFLICT')
  put(@Operator() by: ChangedBy, @Param('id') id: string, @Body() bytes: unknown): Promise<Agreement> {
    const wanted = parseBody(bytes, agreement);
    if (wanted.id !== id) {
      throw new Problem('INVALID_REQUEST', undefined, {
        errors: [{ pointer: '/id', message: 'is not the id of the path' }],
      });
    }
    return this.administration.change(by, (transaction) => putAgreement(transaction, wanted, by.kid));
  }

  @Get()
  @ApiOperation({ summary: 'The newest version of each agreement, by id' })
  @Paged()
  @ApiQuery({ name: 'consumer', required: false, schema: { type: 'string', example: 'housing/eligibility' } })
  @ApiQuery({ name: 'resource', required: false, schema: { type: 'string', example: 'population/residents' } })
  @JsonAnswer(pageOf(agreement), { description: 'A page of them' })
  @SignedOperation('OPERATOR_REQUIRED', 'INVALID_REQUEST')
  list(@Query() asked: unknown): Promise<ListPage<Agreement>> {
    return this.agreements.list(checkShape(asked, query));
  }

  @Get(':id/versions')
  @IdPath(exampleAgreement.id)
  @ApiOperation({ summary: 'Every version of an agreement, newest first' })
  @JsonAnswer(versions, { description: 'All of them' })
  @SignedOperation('OPERATOR_REQUIRED', 'INVALID_REQUEST', 'NOT_FOUND')
  async versions(@Param('id') id: string): Promise<{ readonly items: readonly Agreement[] }> {
    const items = await this.agreements.versions(checkShape(id, agreementId));
    if (items.length === 0) throw new Problem('NOT_FOUND');
    return { items };
  }
}
