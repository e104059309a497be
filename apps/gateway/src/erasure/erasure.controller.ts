import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { erasureAnswer, erasureRequest, type ErasureAnswer } from '#exchange/erasure.js';
import { ErasureService } from '#platform/erasure/erasure.service.js';
import { parseBody } from '#platform/http/json-body.js';
import { JsonAnswer, JsonBody } from '#platform/http/openapi.js';
import { Operator } from '../administration/operator.decorator.js';
import { OperatorGuard } from '../administration/operator.guard.js';
import { keyName, type ChangedBy } from '../administration/registry-change.js';
import { exampleErasure } from '../documentation/examples.js';
import { SignedOperation } from '../documentation/signed-operation.js';

@ApiTags('administration')
@Controller('v1/admin/erasures')
@UseGuards(OperatorGuard)
export class ErasureController {
  constructor(private readonly erasures: ErasureService) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: "Destroy what this gateway holds of a person's exchanges off the log. Every proof stays valid",
    description:
      'Detail, nonce and signature of each exchange whose request named the subject, and of those that are named. What ' +
      'was done, by whom and on which ground becomes an entry of the log for each. Safe to repeat.',
  })
  @JsonBody(erasureRequest, exampleErasure)
  @JsonAnswer(erasureAnswer, { description: 'How many, and which exchanges' })
  @SignedOperation('OPERATOR_REQUIRED', 'MALFORMED_JSON', 'INVALID_REQUEST')
  erase(@Operator() { kid, traceparent }: ChangedBy, @Body() bytes: unknown): Promise<ErasureAnswer> {
    return this.erasures.erase(parseBody(bytes, erasureRequest), { key: keyName(kid), traceparent });
  }
}
